package linking

import (
	"html/template"
	"net/http"
)

// ending is how an attempt ends; the log calls it the reason.
type ending string

const (
	linked        ending = "linked"
	wrongMethod   ending = "method"
	badTicket     ending = "ticket"
	badState      ending = "state"
	otherBrowser  ending = "browser"
	notAllowed    ending = "not allowed"
	notConfigured ending = "not configured"
	noStore       ending = "store"
	failed        ending = "exchange"
)

// page is what a person sees at the end.
type page struct {
	status          int
	Title, Text     string
	TitleJa, TextJa string
	// Again says that a new link helps.
	Again bool
}

// pages has a page for each ending.
func pages() map[ending]page {
	return map[ending]page{
		linked: {
			http.StatusOK, "Carely is linked", "You may close this page.",
			"Carelyと連携しました", "このページを閉じてください。", false,
		},
		wrongMethod: {
			http.StatusMethodNotAllowed, "Not like this", "This page is opened by a browser.",
			"この方法では開けません", "ブラウザーで開いてください。", false,
		},
		badTicket: {
			http.StatusForbidden, "This link does not work any more", "It works once, for ten minutes.",
			"このリンクは使えません", "リンクは一度だけ、10分間有効です。", true,
		},
		badState: {
			http.StatusForbidden, "This answer is not expected", "It was used before, is too old, or was not begun here.",
			"この応答は受け付けられません", "使用済みか、期限切れか、ここで始めたものではありません。", true,
		},
		otherBrowser: {
			http.StatusForbidden, "Another browser began this", "Or this one keeps no cookies.",
			"別のブラウザーで始められた操作です", "または、このブラウザーはCookieを保存していません。", true,
		},
		notAllowed: {
			http.StatusForbidden, "Carely did not allow it", "Nothing was linked.",
			"Carelyで許可されませんでした", "連携していません。", true,
		},
		notConfigured: {
			http.StatusNotFound, "This link is not configured", "The gateway has no such link to Carely any more.",
			"この連携は設定されていません", "ゲートウェイにこのCarelyの連携がありません。", false,
		},
		noStore: {
			http.StatusServiceUnavailable, "The gateway cannot do this now", "Its store does not answer.",
			"ただいま処理できません", "ゲートウェイの保存領域が応答しません。", true,
		},
		failed: {
			http.StatusBadGateway, "Carely was not linked", "Carely allowed it, and then did not give a credential.",
			"連携できませんでした", "許可されましたが、トークンを取得できませんでした。", true,
		},
	}
}

const pageText = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Hitotsu: {{.Title}}</title>
<main><h1>{{.Title}}</h1><p>{{.Text}}
{{- if .Again}} Ask the operator for a new link (hitotsu token link carely) and open it in one browser within ten
minutes. What was linked before is unchanged.{{end}}</p>{{with .Detail}}<p>({{.}})</p>{{end}}
<section lang="ja"><h2>{{.TitleJa}}</h2><p>{{.TextJa}}
{{- if .Again}}運用担当者に新しいリンク(hitotsu token link carely)を発行してもらい、10分以内に同じブラウザーで開いてください。これまでの連携は変わっていません。{{end -}}
</p></section></main></html>
`

// show answers with the page of an ending; detail is a fault's message, which is
// safe to show, or empty.
func show(w http.ResponseWriter, end ending, detail string) {
	p := pages()[end]
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(p.status)
	// The page is a constant; what can fail is a browser that is gone.
	_ = template.Must(template.New("page").Parse(pageText)).Execute(w, struct {
		page

		Detail string
	}{p, detail})
}
