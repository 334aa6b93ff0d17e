// Package akashi is a faithful client of AKASHI's public API, in AKASHI's words
// (staff, stamp, working record, man-hour). Section numbers in comments are those
// of the vendor's document:
// https://akashi.zendesk.com/hc/ja/articles/115000475854
//
// The document contradicts itself in places, and live servers differ from it in
// others. The decoders here take every variant that was ever seen (see quirks.go)
// and return one plain form: ids as numbers, times in Japanese time, dates as
// yyyy-mm-dd, absent values as zero values or nil pointers. Where a request must
// choose, Options have a switch.
//
// The document's 30 operations, paths below /{company} unless they say otherwise:
//
//	6.1   POST    organizations                         CreateOrganizations
//	6.2   GET     organizations                         Organizations, Organization
//	6.3   PATCH   staffs/                               PutStaffs (POST by an option)
//	6.4   GET     staffs, staffs/{id}                   Staffs, AllStaffs, Staff, Self
//	6.5   DELETE  staff/{id}                            RetireStaff, DeleteStaff (staffs/{id} by an option)
//	6.6   POST    stamps                                Stamp
//	6.7   GET     stamps, stamps/{id}                   Stamps
//	6.8   GET     alerts                                Alerts
//	6.9   POST    /token/reissue/{company}              Reissuer.ReissueToken
//	6.10  GET     multiple_stamps                       MultipleStamps
//	6.11  GET     working_records                       WorkingRecords
//	6.12  PATCH   working_condition_settings            SetWorkingConditions (POST by an option)
//	6.13  POST    importer_factory/organizations        TransferStaffs
//	6.14  POST    importer_factory/permissions          GrantPermissions
//	6.15  POST    importer_factory/permissions_reserve  ReservePermissions
//	6.16  GET     projects                              Projects, AllProjects
//	6.17  GET     projects/{id}                         Project
//	6.18  POST    projects                              PutProjects
//	6.19  DELETE  projects/{id}                         DeleteProject
//	6.20  GET     {project}/tasks                       Tasks, AllTasks
//	6.21  GET     {project}/tasks/{id}                  Task
//	6.22  POST    {project}/tasks                       PutTasks
//	6.23  DELETE  {project}/tasks/{id}                  DeleteTask
//	6.24  GET     manhours                              Manhours
//	6.25  GET     manhours/{staff}                      ManhoursOf
//	6.26  POST    manhours                              PutManhours
//	6.27  DELETE  manhours/{staff}                      DeleteManhours
//	6.28  GET     staff_projects/{staff}                StaffProjects
//	6.29  GET     project_staffs/{project}              ProjectStaffs
//	6.30  POST    project_staffs/{project}              AssignProjectStaffs
//
// A write is checked against Limits and Conditions first; what they forbid is not
// sent, and comes back as fault.BadUserInput with RowErrors as its cause. A batch
// gives a Result with the state of every row; what the vendor refuses as a whole
// is fault.UpstreamRefused with a *Refusal as its cause. Any other error of a
// write leaves open whether it was done, save those that say it was never sent
// or not let in (BadUserInput, UpstreamUnauthorized, RelinkNeeded,
// UpstreamRateLimited).
//
// The package knows the wire and nothing of the gateway's words; internal/sources
// translates. It imports internal/fault, upstream/transport and
// upstream/internal/flex only.
package akashi
