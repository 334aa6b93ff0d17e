// Package yesod is a client of YESOD's query API, in YESOD's words (member,
// attribute, group).
//
// What a member has depends on the tenant: every value sits in an attribute with
// an id. The standard attributes have the same id in all tenants that were seen;
// each can be replaced in Attributes, and so can the path, since each endpoint
// has a version of its own. The query endpoint is documented at
// https://manual.iij.jp/iga/igaapi_reference/69908046.html (the same product
// under another name). It is not paged, and the shape of its errors is not
// public: failures are told by their status.
//
// The package knows the wire and nothing of the gateway's words; internal/sources
// translates. It imports internal/fault, upstream/transport and
// upstream/internal/flex only.
package yesod
