// Package yesod behaves as YESOD's documents say: what its API reads (query,
// groupTree, attributeLabel, options, histories, authorityTasks) and its imports
// of members and groups, filled from a simulated company.
//
// Comments cite the collection of facts about the API ("facts 1.4.1"), which
// rests on the vendor's help pages and on the reference of IIJ, who sells the
// same system. What neither says is marked as ours. The package shares no code
// with the gateway's client and imports nothing of the gateway; only
// simulator/run, internal/app and tests may import it.
//
// # Choices where the documents leave room
//
//   - an empty attributeSelector or groupAttributeSelector selects nothing;
//   - validStart and validEnd are both included; an open end is 9999-12-30;
//   - what belongs to a company (number, units, title) ends on the last day of
//     employment; name, mail, member number and enrolment stay. So "in a company
//     today" (facts 1.4.1) finds nobody who has left, and a query on one of the
//     others does;
//   - enrolment is 退職 from the last day on;
//   - baseDate=maxLeavingDate looks at everybody on their own last day of
//     employment or today, whichever is earlier; from and to (to excluded) keep
//     those whose day lies between;
//   - a value of a select is its Japanese label, one of a reference the name of
//     the group;
//   - a DiffQuery finds a change on a day, see diffTest;
//   - the body of an error is {"message": …} unless Options say otherwise.
//
// And of the imports:
//
//   - a row that cannot be taken refuses the whole import (400), naming the row;
//     so does an option that nobody documents;
//   - an empty cell says nothing. A row without any key is somebody new;
//   - a code wins over a path. A full path that is new is made, with all above
//     it; a lowest level alone must be there already, once (facts 1.3.3, 5);
//   - {ref} and {tier} may stand anywhere in a header, side by side their numbers
//     are separated by a space, "-", "_" or nothing;
//   - the leave date and the change date of retireUnlisted are the last day; the
//     change date of a deleted group is the first day without it. Deleting a
//     group deletes what lies below and ends its memberships;
//   - who has left belongs to nothing until a company takes them back;
//   - changes for somebody still to come hold from the first day;
//   - what lies outside of a root…EntityId is left alone, silently;
//   - there is one change for each date, and none when nothing differs;
//   - while one import runs, another is refused (409) unless it waits;
//   - approving works the import out again on what the state is by then; the
//     quirk ConsoleApproves is a person who approves everything;
//   - transactions on members are not offered: neither path nor operations are
//     public.
//
// # Dump
//
// Dump returns a State. Its JSON has these keys, rows in the order of the API:
//
//	members        {id, email, identificationNumber, employeeNumber, familyName,
//	               givenName, enrollment, enterDate, retireDate, companyId,
//	               organizationIds (main unit first), officeId, projectIds,
//	               attributes: every value there ever was}
//	organizations  {id, code, name, parentId, depth}; parentId "" at the top
//	companies, offices, projects  the same
//	options        as in GET /api/v25.04/options
//	changes        {diffIds, name, target, status: waiting, applied, rejected}
//	tasks          statuses that were set, by the id of the task
//
// A member's values are today's, those of the last day for somebody who has
// left, those of the first for somebody still to come. Dates are YYYY-MM-DD.
package yesod
