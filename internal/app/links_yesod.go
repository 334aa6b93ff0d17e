package app

import (
	"context"
	"fmt"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/vault"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

func (c *connector) yesod(ctx context.Context, l *config.Link) error {
	source, err := c.vault.Source(ctx, vault.Spec{
		ID: id(l, kindCompany, ""), Seed: vault.Seed{Access: l.Token},
		Remedy: "make a new API token in YESOD's settings and give it to the gateway: " +
			addCommand(id(l, kindCompany, "")),
	})
	if err != nil {
		return err
	}
	q, err := c.budget(ctx, l)
	if err != nil {
		return err
	}
	client, err := c.client(l, source, q)
	if err != nil {
		return err
	}
	opts := yesod.Options{
		BaseURL: l.URL, Transport: client, QueryPath: l.Paths["query"], Attributes: yesodAttributes(l.Attributes),
		Paths: yesodPaths(l.Paths), Aliases: l.Aliases, HeaderCounted: l.HeaderCounted,
	}
	api, err := yesod.New(opts)
	if err != nil {
		return err
	}
	keeper := c.keeper()
	keeper.test = func(ctx context.Context) (string, error) { return seesOrganizations(ctx, api) }
	keeper.accept = func(ctx context.Context, secret string) (vault.Credential, error) {
		candidate := opts
		candidate.Transport = client.WithTokens(fixed(secret))
		other, err := yesod.New(candidate)
		if err != nil {
			return vault.Credential{}, err
		}
		_, err = seesOrganizations(ctx, other)
		return vault.Credential{Access: config.NewSecret(secret)}, err
	}
	c.links.yesodClients[l.Name] = api
	c.links.moves[hr.Link{System: hr.Yesod, Name: l.Name}] = l.Differences
	c.links.yesod = append(c.links.yesod, sources.NewYesod(l.Name, api))
	return nil
}

// seesOrganizations makes the call that the directory makes: one, as YESOD has
// no pages.
func seesOrganizations(ctx context.Context, api *yesod.Client) (string, error) {
	units, err := api.Organizations(ctx, "")
	return fmt.Sprintf("reads %d organisations", len(units)), err
}

func yesodAttributes(ids map[string]string) yesod.Attributes {
	id := func(name string) yesod.ID { return yesod.ID(ids[name]) }
	return yesod.Attributes{
		FamilyName: id("family_name"), GivenName: id("given_name"),
		FamilyNameKana: id("family_name_kana"), GivenNameKana: id("given_name_kana"),
		FamilyNameRoman: id("family_name_roman"), GivenNameRoman: id("given_name_roman"),
		Email: id("email"), IdentificationNumber: id("identification_number"), EmployeeNumber: id("employee_number"),
		Enrollment: id("enrollment"), EmploymentType: id("employment_type"), JobTitle: id("job_title"),
		Role: id("role"), Company: id("company"), CompanyCode: id("company_code"),
		Organization: id("organization"), OrganizationCode: id("organization_code"),
	}
}

func yesodPaths(paths map[string]string) yesod.Paths {
	return yesod.Paths{
		MembersImport:                          paths["members_import"],
		MembersImportAndApply:                  paths["members_import_and_apply"],
		GroupsImport:                           paths["groups_import"],
		GroupsImportAndApply:                   paths["groups_import_and_apply"],
		OrganizationTransactionsImport:         paths["organization_transactions_import"],
		OrganizationTransactionsImportAndApply: paths["organization_transactions_import_and_apply"],
		CompanyTransactionsImport:              paths["company_transactions_import"],
		CompanyTransactionsImportAndApply:      paths["company_transactions_import_and_apply"],
		OfficeTransactionsImport:               paths["office_transactions_import"],
		OfficeTransactionsImportAndApply:       paths["office_transactions_import_and_apply"],
		ProjectTransactionsImport:              paths["project_transactions_import"],
		ProjectTransactionsImportAndApply:      paths["project_transactions_import_and_apply"],
		GroupTree:                              paths["group_tree"],
		AttributeLabels:                        paths["attribute_labels"],
		SelectOptions:                          paths["select_options"],
		MemberHistories:                        paths["member_histories"],
		AuthorityTasks:                         paths["authority_tasks"],
	}
}
