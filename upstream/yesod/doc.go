// Package yesod is a client of YESOD's API, in YESOD's words (member, attribute,
// group): the query endpoint, the reads of the tenant's own set-up, and the imports
// of members, groups and transactions.
//
// What a member has depends on the tenant: every value sits in an attribute with
// an id. The standard attributes have the same id in all tenants that were seen;
// each can be replaced in Attributes, and so can the paths, since each endpoint
// has a version of its own. The query endpoint is documented at
// https://manual.iij.jp/iga/igaapi_reference/69908046.html (the same product
// under another name). It is not paged, and the shape of its errors is not
// public: failures are told by their status, and transport.RefusalOf tells what a
// body says.
//
// An import is a CSV and options; their rules are checked before anything is sent,
// as far as they are known. It is documented at
// https://manual.iij.jp/iga/igaapi_reference/69900502.html. No endpoint approves
// an import that waits.
//
// The package knows the wire and nothing of the gateway's words; internal/sources
// translates. It imports internal/fault, upstream/transport and
// upstream/internal/flex only.
package yesod
