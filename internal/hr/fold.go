package hr

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Japanese names are typed in many ways that people take for the same: full and
// half width, hiragana and katakana, and old or variant forms of a kanji.
// Unicode's NFKC folds width and combining marks but none of the kanji variants,
// so those stand in a table of their own. Fold is for finding people, never for
// joining records: 斎藤 and 斉藤 are often two families.

// variants maps a variant of a kanji to the form it is searched by.
var variants = map[rune]rune{ //nolint:gochecknoglobals // a constant table
	'髙': '高', '﨑': '崎', '嵜': '崎', '碕': '崎', '邊': '辺', '邉': '辺', '齋': '斎', '齊': '斉', '澤': '沢', '濵': '浜',
	'濱': '浜', '嶋': '島', '嶌': '島', '惠': '恵', '廣': '広', '國': '国', '眞': '真', '德': '徳', '瀨': '瀬', '栁': '柳',
	'𠮷': '吉', '槇': '槙', '圓': '円', '將': '将', '櫻': '桜', '龍': '竜', '冨': '富', '彌': '弥', '黑': '黒',
	'增': '増', '榮': '栄', '莊': '荘', '藪': '薮', '壽': '寿', '淸': '清', '凜': '凛', '亞': '亜', '與': '与', '條': '条',
	'曾': '曽', '狹': '狭', '燈': '灯', '龜': '亀', '渕': '淵', '渊': '淵', '桒': '桑', '舘': '館', '埜': '野', '峯': '峰',
	'靜': '静', '假': '仮', '萬': '万', '實': '実', '寬': '寛', '晉': '晋', '團': '団', '聰': '聡', '鐵': '鉄',
}

// Fold returns the form of s that searches compare: width, case, kana kind and
// kanji variants are gone, and so is white space.
func Fold(s string) string { return strings.Map(fold, norm.NFKC.String(s)) }

// fold folds a character in normal form, -1 for none.
func fold(r rune) rune {
	if r < utf8.RuneSelf {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r == ' ' || r >= '\t' && r <= '\r':
			return -1
		}
		return r
	}
	if v, ok := variants[r]; ok {
		r = v
	}
	switch {
	case unicode.IsSpace(r):
		return -1
	case r >= 'ぁ' && r <= 'ゖ':
		return r + 'ァ' - 'ぁ'
	}
	return unicode.ToLower(r)
}

// Words splits a search text into folded words.
func Words(text string) []string {
	fields := strings.FieldsFunc(norm.NFKC.String(text), unicode.IsSpace)
	words := make([]string, 0, len(fields))
	for _, f := range fields {
		if w := Fold(f); w != "" {
			words = append(words, w)
		}
	}
	return words
}

// ContainsWords tells whether every word occurs in the folded text.
func ContainsWords(folded string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(folded, w) {
			return false
		}
	}
	return true
}
