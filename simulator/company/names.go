package company

import "strings"

// A name in the three scripts that Japanese HR systems keep.
type name struct{ kanji, kana, roman string }

// parse reads names written one after the other: kanji, kana, Latin letters.
func parse(table string) []name {
	words := strings.Fields(table)
	names := make([]name, 0, len(words)/3)
	for ; len(words) >= 3; words = words[3:] {
		names = append(names, name{words[0], words[1], words[2]})
	}
	return names
}

func familyNames() []name {
	return parse(`
		佐藤 サトウ Sato  鈴木 スズキ Suzuki  高橋 タカハシ Takahashi  田中 タナカ Tanaka
		伊藤 イトウ Ito  渡辺 ワタナベ Watanabe  山本 ヤマモト Yamamoto  中村 ナカムラ Nakamura
		小林 コバヤシ Kobayashi  加藤 カトウ Kato  吉田 ヨシダ Yoshida  山田 ヤマダ Yamada
		佐々木 ササキ Sasaki  山口 ヤマグチ Yamaguchi  松本 マツモト Matsumoto  井上 イノウエ Inoue
		木村 キムラ Kimura  林 ハヤシ Hayashi  斎藤 サイトウ Saito  清水 シミズ Shimizu
		山崎 ヤマザキ Yamazaki  森 モリ Mori  池田 イケダ Ikeda  橋本 ハシモト Hashimoto
		阿部 アベ Abe  石川 イシカワ Ishikawa  山下 ヤマシタ Yamashita  中島 ナカジマ Nakajima
		石井 イシイ Ishii  小川 オガワ Ogawa  前田 マエダ Maeda  岡田 オカダ Okada
		長谷川 ハセガワ Hasegawa  藤田 フジタ Fujita  後藤 ゴトウ Goto  近藤 コンドウ Kondo
		村上 ムラカミ Murakami  遠藤 エンドウ Endo  青木 アオキ Aoki  坂本 サカモト Sakamoto
		福田 フクダ Fukuda  太田 オオタ Ota  西村 ニシムラ Nishimura  藤井 フジイ Fujii
		金子 カネコ Kaneko  岡本 オカモト Okamoto  藤原 フジワラ Fujiwara  三浦 ミウラ Miura
		中野 ナカノ Nakano  原田 ハラダ Harada  松田 マツダ Matsuda  竹内 タケウチ Takeuchi
		小野 オノ Ono  田村 タムラ Tamura  中山 ナカヤマ Nakayama  和田 ワダ Wada
		宮崎 ミヤザキ Miyazaki  千葉 チバ Chiba  大塚 オオツカ Otsuka  菅原 スガワラ Sugawara
	`)
}

func femaleNames() []name {
	return parse(`
		陽子 ヨウコ Yoko  美咲 ミサキ Misaki  結衣 ユイ Yui  さくら サクラ Sakura
		愛 アイ Ai  恵子 ケイコ Keiko  由美 ユミ Yumi  真由美 マユミ Mayumi
		香織 カオリ Kaori  千尋 チヒロ Chihiro  麻衣 マイ Mai  葵 アオイ Aoi
		凛 リン Rin  智子 トモコ Tomoko  明美 アケミ Akemi  奈々 ナナ Nana
		彩 アヤ Aya  沙織 サオリ Saori  優子 ユウコ Yuko  直美 ナオミ Naomi
		裕子 ヒロコ Hiroko  楓 カエデ Kaede  玲奈 レナ Rena  瞳 ヒトミ Hitomi
		琴音 コトネ Kotone  紗季 サキ Saki  遥 ハルカ Haruka  芽衣 メイ Mei
		典子 ノリコ Noriko  久美子 クミコ Kumiko
	`)
}

func maleNames() []name {
	return parse(`
		太郎 タロウ Taro  健一 ケンイチ Kenichi  翔太 ショウタ Shota  大輔 ダイスケ Daisuke
		誠 マコト Makoto  拓也 タクヤ Takuya  蓮 レン Ren  陽翔 ハルト Haruto
		浩 ヒロシ Hiroshi  隆 タカシ Takashi  直樹 ナオキ Naoki  和也 カズヤ Kazuya
		哲也 テツヤ Tetsuya  健太 ケンタ Kenta  剛 ツヨシ Tsuyoshi  学 マナブ Manabu
		亮 リョウ Ryo  悠斗 ユウト Yuto  正樹 マサキ Masaki  修 オサム Osamu
		雄一 ユウイチ Yuichi  達也 タツヤ Tatsuya  慎吾 シンゴ Shingo  康平 コウヘイ Kohei
		智也 トモヤ Tomoya  洋介 ヨウスケ Yosuke  純 ジュン Jun  勇気 ユウキ Yuki
		秀樹 ヒデキ Hideki  一郎 イチロウ Ichiro
	`)
}

// variants returns how a family name is also written: the same person, another
// form of the same character.
func variants() [][2]string {
	return [][2]string{{"高橋", "髙橋"}, {"山崎", "山﨑"}, {"渡辺", "渡邊"}, {"宮崎", "宮﨑"}}
}
