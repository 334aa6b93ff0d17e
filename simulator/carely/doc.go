// Package carely behaves as Carely's documents say: its GraphQL API at
// POST /api/graphql and its OAuth site under /corporate_manager/oauth, both on
// one port, filled from a simulated company.
//
// Comments cite the public API document of 2021-02-18 ("document", by chapter)
// and the collection of facts about it ("facts 2.4"). What neither says is
// marked as ours. The package shares no code with the gateway's client and
// imports nothing of the gateway; only simulator/run, internal/app and
// tests may import it.
//
// # Choices where the documents leave room
//
//   - the OAuth site behaves as Doorkeeper does: refreshing ends the old access
//     token together with the old refresh token, at once in the strict mode, or
//     when the new access token is first used in the mild mode (facts 2.2);
//   - cursors count positions in the filtered list; one that does not decode is
//     a GraphQL error, a negative first is 0;
//   - an empty list as a filter filters nothing;
//   - names compare with fullname, exactly;
//   - a missing scope is a GraphQL error at HTTP 200;
//   - null in an input leaves the stored value alone, an empty text clears it;
//   - where a uuid and a name are sent for the same thing, the uuid decides;
//   - a picture is an image of at most 2 MB; sending one together with
//     removeProfilePicture is refused;
//   - a new customer with a mail address is invited unless isSendMail is false;
//   - loginId is kept and never shown.
//
// # Dump
//
// Dump returns a State. Its JSON has these keys, rows in the order of the API:
//
//	currentCustomer  uuid of the administrator behind the token
//	branches         {displayName, uuid}
//	departments      {customersCount, displayName, uuid, branchUuid}
//	workplaces       {customersCount, name, uuid, branchUuid}
//	groupAnalysis    {displayName, uuid, branchUuid}
//	customers        as a node of the customers query, every field
//	overtimes        {uuid, customerUuid, employeeNumber, yearMonth, hour, minute}
//	invitationMails  how many were sent, by uuid of a customer
//	loginIds         what was written, by uuid
//	pictures         size in bytes, by uuid
//
// Tokens are no part of it.
package carely
