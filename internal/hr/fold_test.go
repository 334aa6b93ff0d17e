package hr_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/hr"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for a, b := range map[string]string{
		"髙橋 一郎":        "高橋一郎",
		"山﨑":           "山崎",
		"渡邊":           "渡辺",
		"渡邉":           "渡辺",
		"ﾀｶﾊｼ":         "タカハシ",
		"たかはし":         "タカハシ",
		"ｶﾞﾝﾀﾞﾑ":       "ガンダム",
		"Ｅ０００１２":       "e00012",
		"Taro@EXAMPLE": "taro@example",
		"高橋　一郎":        "高橋一郎",
	} {
		if hr.Fold(a) != hr.Fold(b) {
			t.Errorf("%q folds to %q, %q to %q", a, hr.Fold(a), b, hr.Fold(b))
		}
	}
	for a, b := range map[string]string{"斎藤": "斉藤", "E1": "E01", "高橋": "鷹橋"} {
		if hr.Fold(a) == hr.Fold(b) {
			t.Errorf("%q and %q are taken for the same", a, b)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff([]string{"高橋", "e1"}, hr.Words(" 髙橋　Ｅ１ ")); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
	if !hr.ContainsWords(hr.Fold("高橋一郎 E1"), hr.Words("一郎 高橋")) || hr.ContainsWords("abc", []string{"a", "d"}) {
		t.Error("all words must occur, in any order")
	}
}
