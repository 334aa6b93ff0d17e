package carely

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// uuid makes a stable id in the form of a random UUID.
func uuid(seed uint64, kind, key string) string {
	sum := sha256.Sum256([]byte("carely/" + strconv.FormatUint(seed, 10) + "/" + kind + "/" + key))
	sum[6] = sum[6]&0x0f | 0x40
	sum[8] = sum[8]&0x3f | 0x80
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// hiragana turns katakana into hiragana; readings are written so (document,
// samples of fullnameJa).
func hiragana(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'ァ' && r <= 'ヶ' {
			return r - ('ァ' - 'ぁ')
		}
		return r
	}, s)
}

// The texts beside the enum values (document, "Customer Mutation").
func genderText(gender string) string {
	if gender == "female" {
		return "女"
	}
	return "男"
}

func statusText(status string) string {
	switch status {
	case "limited":
		return "就業制限中"
	case "absent":
		return "休職中"
	case "retire":
		return "退職"
	case "expired":
		return "契約終了"
	}
	return "通常勤務"
}

func stressCheckText(v string) string {
	if v == "in_active" {
		return "無効"
	}
	return "有効"
}

// parseDate accepts the two documented forms, yyyy-mm-dd and yyyymmdd.
func parseDate(v string) (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, "20060102"} {
		if t, err := time.ParseInLocation(layout, v, company.JST); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// age is the full years since birth, as a string (document, samples).
func age(bornOn *string, now time.Time) *string {
	if bornOn == nil {
		return nil
	}
	born, ok := parseDate(*bornOn)
	if !ok {
		return nil
	}
	now = now.In(company.JST)
	years := now.Year() - born.Year()
	if now.Month() < born.Month() || now.Month() == born.Month() && now.Day() < born.Day() {
		years--
	}
	return new(strconv.Itoa(years))
}

// filled is nil for an empty text: a column nobody filled in is null.
func filled(v string) *string {
	if v == "" {
		return nil
	}
	return &v
}

func text(v *string) string {
	if v == nil {
		return ""
	}
	return *v
}
