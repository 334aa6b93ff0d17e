package company

// The units that the rest of the generator places people in, by Key.
const (
	unitManaged  = 6  // the persona manager's, with two units below
	unitManagedA = 16 // below it
	unitManagedB = 17 // below it
	unitHR       = 8
	unitNight    = 22
)

// organizations returns the 24 units, parents before children.
func organizations() []Organization {
	rows := []struct {
		parent         int
		name, en, code string
	}{
		{-1, "営業本部", "Sales Division", "1000"},
		{-1, "開発本部", "Engineering Division", "2000"},
		{-1, "管理本部", "Administration Division", "3000"},
		{-1, "製造本部", "Manufacturing Division", "4000"},
		{0, "東日本営業部", "East Japan Sales Department", "1100"},
		{0, "西日本営業部", "West Japan Sales Department", "1200"},
		{1, "プラットフォーム開発部", "Platform Department", "2100"},
		{1, "アプリケーション開発部", "Application Department", "2200"},
		{2, "人事部", "Human Resources Department", "3100"},
		{2, "経理部", "Accounting Department", "3200"},
		{3, "第一製造部", "First Manufacturing Department", "4100"},
		{3, "品質保証部", "Quality Assurance Department", "4200"},
		{4, "東京営業課", "Tokyo Sales Section", "1110"},
		{4, "仙台営業課", "Sendai Sales Section", "1120"},
		{5, "大阪営業課", "Osaka Sales Section", "1210"},
		{5, "福岡営業課", "Fukuoka Sales Section", "1220"},
		{6, "基盤課", "Infrastructure Section", "2110"},
		{6, "SRE課", "SRE Section", "2120"},
		{7, "Web開発課", "Web Section", "2210"},
		{7, "モバイル開発課", "Mobile Section", "2220"},
		{8, "採用課", "Recruiting Section", "3110"},
		{8, "労務課", "Labour Section", "3120"},
		{10, "夜間操業課", "Night Operations Section", "4110"},
		{10, "組立課", "Assembly Section", "4120"},
	}
	// Units that one system never heard of; AKASHI's tree is complete.
	unknown := map[int]System{13: Jobcan, 15: Carely, 20: Yesod, 21: Carely}
	units := make([]Organization, len(rows))
	for key, row := range rows {
		level := 1
		if row.parent >= 0 {
			level = units[row.parent].Level + 1
		}
		in := map[System]bool{Akashi: true, Jobcan: true, Carely: true, Yesod: true}
		if system, ok := unknown[key]; ok {
			delete(in, system)
		}
		units[key] = Organization{
			Key: key, Parent: row.parent, Level: level,
			Name: row.name, NameEN: row.en, Code: row.code, In: in,
		}
	}
	return units
}
