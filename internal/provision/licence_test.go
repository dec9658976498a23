package provision

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestLicenceFile: every id has the form in which Graph's are compared, and means one thing.
func TestLicenceFile(t *testing.T) {
	t.Parallel()
	type listed []struct{ Name, ID string }
	var file struct {
		Source          string
		Plans, Products map[string]listed
	}
	if err := json.Unmarshal(licenceFile, &file); err != nil {
		t.Fatal(err)
	}
	if file.Source == "" || len(file.Plans) != 5 || len(file.Products) != 1 {
		t.Errorf("source %q, %d sorts of plans, %d of products", file.Source, len(file.Plans), len(file.Products))
	}
	guid := regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	seen := map[string]string{}
	for _, group := range []map[string]listed{file.Plans, file.Products} {
		for sort, all := range group {
			for _, l := range all {
				if !guid.MatchString(l.ID) || l.Name == "" {
					t.Errorf("%s: %q %q is no name with a lower-case GUID", sort, l.Name, l.ID)
				}
				if seen[l.ID] != "" {
					t.Errorf("%s is %s and %s", l.ID, seen[l.ID], sort)
				}
				seen[l.ID] = sort
			}
		}
	}
}

// TestLicenceTraps: names mislead, ids do not. Each row is a service plan as Microsoft lists it, and what it is here.
func TestLicenceTraps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, id, want string }{
		{"MCOEV", "4828c8ec-dc2e-4779-b502-87ac9ce28ab7", "phone"},
		{"MCOEVSMB", "ed777b71-af04-42ca-9798-84344c66f7c6", "phone"},
		{"MCOEV_GOV", "db23fce2-a974-42ef-9002-d78dd42a0f22", "phone"},
		{"MCOEV_VIRTUALUSER", "f47330e9-c134-43b3-9993-e7f004506889", "virtual user"},
		{"MCOEV_VIRTUALUSER_GOV", "0628a73f-3b4a-4989-bd7b-0f8823144313", "virtual user"},
		{"TEAMS1", "57ff2da0-773e-42df-b2af-ffb7a2317929", "teams"},
		{"MCOPSTN1", "4ed3ff63-69d7-4fb7-b984-5aec7f605ca8", "calling"},
		{"MCOPSTN8, inside E5 with Calling Minutes", "16935b20-87c0-4908-934a-22aa267d0d26", "calling"},
		{"MCOPSTN_PAYG_1, pay as you go", "156a1efe-17cd-4b03-9f17-2eb512298fb3", "calling"},
		{"PSTN5_US, inside MCOPSTN5_US", "1346d5e6-15a6-4b88-9693-806ff7296a7a", "calling"},
		{"MCOPSTNC, communications credits", "505e180f-f7e0-4b65-91d4-00d670bbd18c", ""},
		{"MCOMEETADV, audio conferencing", "3e26ee1f-8a5f-4d52-aee2-b81ce45c8f40", ""},
		{"MCO_VIRTUAL_APPT, virtual appointments", "711413d0-b36e-4cd4-93db-0a50a4ab7ea3", ""},
		{"TEAMSPRO_CUST, Teams Premium", "cc8c0802-a325-43df-8cba-995d0c6cb373", ""},
	} {
		p := Person{Plans: []ServicePlan{{ID: c.id, Status: "Enabled"}}}
		got := ""
		for sort, plans := range map[string]idSet{
			"phone": Published().phone, "virtual user": Published().virtualUser, "teams": Published().Teams, "calling": Published().calling,
		} {
			if p.Works(plans) {
				got += sort
			}
		}
		if got != c.want {
			t.Errorf("%s is %q, want %q", c.name, got, c.want)
		}
	}
	for name, id := range map[string]string{
		"MCOCAP": "295a8eb0-f78d-45c7-8b5b-1eed5ed02dff", "MEETING_ROOM": "6070a4c8-34c6-4937-8dfb-39bbc6397a60",
		"Microsoft_Teams_Rooms_Pro": "4cde982a-ede4-4409-9ae6-b003453c8ea6", "MTR_PREM": "4fb214cb-a430-4a91-9c91-4976763aa78f",
	} {
		if !(Person{SKUs: []string{id}}).device(Published()) {
			t.Errorf("%s is no device", name)
		}
	}
	if (Person{SKUs: []string{"06ebc4ee-1bb5-47dd-8120-11324bc54e06"}}).device(Published()) {
		t.Error("Microsoft 365 E5 is a device")
	}
}

// TestProducts: what each of Microsoft's products that has to do with telephones makes of a person, by its service plans. The rows
// are Microsoft's table "Product names and service plan identifiers for licensing"
// (https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference), cut down to the products and plans that decide:
// the copy of 29 July 2026 in https://github.com/KelvinTegelaar/CIPP-API, Config/ConversionTable.csv, newest in August 2026. In it 53
// products carry a phone plan for people and 15 are for rooms and shared devices.
func TestProducts(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/products.tsv")
	if err != nil {
		t.Fatal(err)
	}
	phones, devices := 0, 0
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n")[1:] {
		f := strings.Split(line, "\t")
		if len(f) != 8 {
			t.Fatalf("%d fields: %s", len(f), line)
		}
		p := Person{SKUs: []string{f[1]}}
		for _, id := range strings.Fields(f[7]) {
			p.Plans = append(p.Plans, ServicePlan{ID: id, Status: "Enabled"})
		}
		for i, got := range []bool{
			p.PhoneLicensed(Published()), p.Works(Published().Teams), p.Works(Published().calling), p.Works(Published().virtualUser), p.device(Published()),
		} {
			if want := f[i+2] == "yes"; got != want {
				t.Errorf("%s: %s is %t", f[0], []string{"phone", "teams", "calling plan", "resource account", "device"}[i], got)
			}
		}
		if kept := p.Decisive(Published()); kept.PhoneLicensed(Published()) != p.PhoneLicensed(Published()) || kept.device(Published()) != p.device(Published()) {
			t.Errorf("%s: the roster forgets what decides", f[0])
		}
		if f[2] == "yes" {
			phones++
		}
		if f[6] == "yes" {
			devices++
		}
	}
	if phones != 53 || devices != 15 {
		t.Errorf("%d products with a phone plan and %d for rooms and devices, want 53 and 15", phones, devices)
	}
}

// TestCredits: the only plan of Communications Credits has the name of a calling plan, and is none.
func TestCredits(t *testing.T) {
	t.Parallel()
	on := func(ids ...string) (all []ServicePlan) {
		for _, id := range ids {
			all = append(all, ServicePlan{ID: id, Status: "Enabled"})
		}
		return all
	}
	const teams, phone = "57ff2da0-773e-42df-b2af-ffb7a2317929", "4828c8ec-dc2e-4779-b502-87ac9ce28ab7"
	for plan, want := range map[string]bool{
		"6b340437-d6f9-4dc5-8cc2-99163f7f83d6": true,  // MCOPSTN3, of MCOPSTNPP
		"505e180f-f7e0-4b65-91d4-00d670bbd18c": true,  // MCOPSTNC
		"5a10155d-f5c1-411a-a8ec-e99aae125390": false, // MCOPSTN2
	} {
		p := Person{ID: "x", Enabled: true, UsageLocation: "US", Plans: on(teams, phone, plan)}
		if e := Eligible(p, PersonFacts{Voice: Voice{Found: true, AccountType: "user"}}); e.OK() != want {
			t.Errorf("%s: %v", plan, e.Reasons)
		}
	}
}

// TestLearnLicences: what the organisation file says of an id holds from when it is applied, and not after it says so no more.
func TestLearnLicences(t *testing.T) {
	t.Parallel()
	const teams = "57ff2da0-773e-42df-b2af-ffb7a2317929"
	const plan, product, room = "f0000000-0000-4000-8000-00000000000a", "f0000000-0000-4000-8000-00000000000b", "f0000000-0000-4000-8000-00000000000c"
	verdict := func(p Person, known *LicenceTable) bool {
		p.ID, p.Enabled, p.UsageLocation = "x", true, "US"
		p.Plans = append(p.Plans, ServicePlan{ID: teams, Status: "Enabled"})
		return Eligible(p.Decisive(known), PersonFacts{Voice: Voice{Found: true, AccountType: "user"}, Licences: known}).OK()
	}
	byPlan := Person{Plans: []ServicePlan{{ID: plan, Status: "Enabled"}}}
	byProduct := Person{SKUs: []string{product}}
	inRoom := Person{Plans: byPlan.Plans, SKUs: []string{room}}
	if verdict(byPlan, Published()) || verdict(byProduct, Published()) {
		t.Fatal("it is known before it was learnt")
	}
	learnt := Published().With([]Licence{{ID: plan, Means: MeansPhone}, {ID: product, Means: MeansPhone}, {ID: room, Means: MeansDevice}})
	if !verdict(byPlan, learnt) || !verdict(byProduct, learnt) {
		t.Error("a plan or product of the file is no phone licence")
	}
	if verdict(inRoom, learnt) {
		t.Error("a room of the file is a person")
	}
	if off := (Person{Plans: []ServicePlan{{ID: plan, Status: "Deleted"}}}); verdict(off, learnt) {
		t.Error("a plan that is switched off is a phone licence")
	}
	if verdict(byPlan, Published()) || verdict(byProduct, Published()) {
		t.Error("what one file says has changed what the program knows")
	}
}
