// Package yesod behaves as YESOD's documents say: the reading part of its API
// (query, groupTree, attributeLabel, options), filled from a simulated company.
//
// Comments cite the collection of facts about the API ("facts 1.4.1"), which
// rests on the vendor's help pages and on the reference of IIJ, who sells the
// same system. What neither says is marked as ours. The package shares no code
// with the gateway's client and imports nothing of the gateway; only
// internal/app and tests may import it.
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
//   - DiffQuery is not simulated (400);
//   - the body of an error is {"message": …} unless Options say otherwise.
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
//
// A member's values are today's, those of the last day for somebody who has
// left, those of the first for somebody still to come. Dates are YYYY-MM-DD.
package yesod
