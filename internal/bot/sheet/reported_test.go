package sheet

import (
	"strings"
	"testing"
)

// reported are files as public pages describe them, with numbers and people of our own: what a program writes, what a
// template asks for, and what becomes of it on the way. Each line is a number, refused, without a location, or said in
// a note. Behind "; then" stands what the lines without a location become once they are put to Seattle.
var reported = []struct{ name, source, data, want string }{
	{"Get-CsPhoneNumberAssignment with all that it shows", "https://learn.microsoft.com/powershell/module/microsoftteams/get-csphonenumberassignment",
		`"TelephoneNumber","OperatorId","NumberType","ActivationState","AssignedPstnTargetId","AssignmentCategory","Capability","City",` +
			`"CivicAddressId","IsoCountryCode","IsoSubdivision","LocationId","LocationUpdateSupported","NetworkSiteId","PortInOrderStatus",` +
			`"PstnAssignmentStatus","PstnPartnerId","PstnPartnerName","NumberSource","ReverseNumberLookup","Tag","AssignmentBlockedState","AssignmentBlockedUntil"
"+12065550701","o","DirectRouting","Activated",,"Primary","System.String[]","Seattle","z",,,"z","True",,,"Unassigned",,,"Online","System.String[]","System.String[]",,
"+12065550702;ext=524","o","DirectRouting","Activated","2713551e","Primary","System.String[]","Seattle","z",,,"z","True",,,"UserAssigned",,,"OnPremises","System.String[]","System.String[]",,
"+12065550703","o","DirectRouting","Activated","TeamsSharedCallingRoutingPolicy|Tag:SC1",,"System.String[]","Seattle","z",,,"z","True",,,"PolicyAssigned",,,"Online","System.String[]","System.String[]",,
"+12065550704","o","CallingPlan","Activated",,,"System.String[]","Seattle","z","US","Washington","z","True",,,"Unassigned","p","Microsoft","Online","System.String[]","System.String[]",,
"+12065550705","o","DirectRouting","Activated",,,"System.String[]","Seattle","z",,,"z","True",,,"Unassigned",,,"Online","System.String[]","System.String[]","BlockedUntil","2026-12-31"
`, "+12065550701 seattle; 3 file-status; 4 file-status; 5 file-type; 6 file-status; file-columns: OperatorId, AssignmentCategory, Capability, " +
			"CivicAddressId, LocationId, LocationUpdateSupported, NumberSource, ReverseNumberLookup, Tag, IsoCountryCode, IsoSubdivision, PstnPartnerId, " +
			"PstnPartnerName, AssignmentBlockedUntil, NetworkSiteId, PortInOrderStatus"},
	{"Export-CsAcquiredPhoneNumber", "https://learn.microsoft.com/powershell/module/microsoftteams/export-csacquiredphonenumber",
		"TelephoneNumber,NumberType,AssignmentStatus,PlaceName,ActivationState,TargetId,TargetType\n" +
			"+12065550701,DirectRouting,Unassigned,Seattle,Activated,,\n" +
			"+12065550702,DirectRouting,UserAssigned,Seattle,Activated,0a1b2c3d,User\n" +
			"+442079469901,OperatorConnect,Unassigned,London,Activated,,\n+12065550703,DirectRouting,Unassigned,Redmond,UpdateFailed,,\n",
		"+12065550701 seattle; 3 file-status; 4 file-type; 5 file-status; file-columns: TargetType"},
	{"a list for New-CsOnlineDirectRoutingTelephoneNumberUploadOrder",
		"https://learn.microsoft.com/powershell/module/microsoftteams/new-csonlinedirectroutingtelephonenumberuploadorder",
		"+12065550701,+12065550702\n+12065550703,+442079469901\n", "2 unplaced; then +12065550701 seattle; +12065550702 seattle; 2 number-wrong-country"},
	{"its first and last numbers", "https://learn.microsoft.com/powershell/module/microsoftteams/new-csonlinedirectroutingtelephonenumberuploadorder",
		"StartingNumber,EndingNumber,Location\n+12065550701,+12065550703,Seattle\n+442079469909,+442079469901,London\n",
		"+12065550701 seattle; +12065550702 seattle; +12065550703 seattle; 3 number-not-understood"},
	{"Teams admin center with the usage", "https://learn.microsoft.com/microsoftteams/manage-the-usage-of-a-phone-number",
		"Phone number,Location,Usage,Assignment status\n+12065550701,Seattle,User,Unassigned\n+12065550702,Seattle,Voice app,Unassigned\n" +
			"+12065550703,Seattle,Conference,Unassigned\n+12065550704,Seattle,User,Assigned\n",
		"+12065550701 seattle; 3 file-status; 4 file-status; 5 file-status"},
	{"Get-CsOnlineUser", "https://learn.microsoft.com/powershell/module/microsoftteams/get-csonlineuser",
		"#TYPE Selected.Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser\r\n\"DisplayName\",\"UserPrincipalName\",\"LineUri\",\"EnterpriseVoiceEnabled\"\r\n" +
			"\"Nora Feld\",\"nora@example.com\",\"tel:+12065550701;ext=701\",\"True\"\r\n\"Lobby\",\"lobby@example.com\",,\"False\"\r\n",
		"3 file-holder; 4 file-no-number; file-heading: 2; file-columns: EnterpriseVoiceEnabled"},
	{"the numbers as PowerShell lists them, redirected", "https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_redirection",
		littleEndian("\r\nTelephoneNumber         : +12065550701\r\nOperatorId              : 83d289bc-a4d3-41e6-8a3f-cff260a3f091\r\n" +
			"NumberType              : DirectRouting\r\nPstnAssignmentStatus    : UserAssigned\r\nCivicAddressId          : 00000000-0000-0000-0000-000000000000\r\n"),
		"5 unplaced; then 2 number-not-understood; 3 number-not-understood; 4 number-not-understood; 5 number-not-understood; 6 number-not-understood"},
	{"the numbers as PowerShell tables them, redirected", "https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_redirection",
		littleEndian("\r\nTelephoneNumber NumberType    PstnAssignmentStatus\r\n--------------- ----------    --------------------\r\n" +
			"+12065550701    DirectRouting UserAssigned\r\n+12065550702    DirectRouting Unassigned\r\n\r\n"),
		"4 unplaced; then 2 number-not-understood; 3 number-not-understood; 4 number-not-understood; 5 number-not-understood"},
	{"a list of who gets which number", "https://support.cayosoft.com/hc/en-us/articles/38401993028749-Text-File-Teams-Voice-Number-Assignment-DID-Number-Assignment",
		"UserPrincipalName,PhoneNumber,PhoneNumberType\nnora@example.com,+12065550701,DirectRouting\nlena@example.com,+12065550702,CallingPlan\n,+12065550703,DirectRouting\n",
		"2 file-holder; 3 file-type; 1 unplaced; then +12065550703 seattle; 2 file-holder; 3 file-type"},
	{"a carrier's inventory", "https://prev.portaone.com/resources/help/admin/did_upload.htm",
		"DID Number,Vendor Batch,Description,Activation Cost,Recurring Cost,Release Date,FREE,Country,Area\n" +
			"12065550701,B1,front desk,0,1.5,2026-01-31 00:00:00,N,US,Seattle\n442079469901,B1,,0,1.5,,Y,GB,London\n",
		"+12065550701 seattle front desk; +442079469901 london; file-columns: Vendor Batch, Activation Cost, Recurring Cost, Release Date, FREE, Country"},
	{"country code and number apart", "https://kb.iplogin.ca/en_US/teams-sms/centralized-did-management",
		"Country Code,Phone Number,Voice,SMS,Location\n1,2065550701,TRUE,FALSE,Seattle\n44,2079469901,TRUE,FALSE,London\n44,2079469902,TRUE,FALSE,Seattle\n+49,030 23125 000,TRUE,FALSE,Berlin\n",
		"+12065550701 seattle; +442079469901 london; +493023125000 berlin; 4 file-country-code; file-columns: Voice, SMS"},
	{"a carrier's ranges", "https://support.sippysoft.com/support/solutions/articles/3000120850-did-ranges-management",
		"Type;Range Start;Range End;Location\nRange;+493023125100;+493023125102;Berlin\nRange;0100;0109;Berlin\n",
		"+493023125100 berlin; +493023125101 berlin; +493023125102 berlin; 3 number-not-understood; file-columns: Type"},
	{"line URIs of a German export", "https://www.msxfaq.de/teams/pbx/teams_rufnummern.htm",
		"\"DisplayName\";\"LineURI\";\"Location\"\n;\"tel:+493023125000;ext=100\";\"Berlin\"\n;\"tel:+493023125001\";\"Berlin\"\n",
		"+493023125000;ext=100 berlin; +493023125001 berlin"},
	{"a sheet that was kept by hand", "https://buralog.jp/en/trusted-phone-number-risk-2-en/",
		"Number,Location\n020-7946-9901,London\n0２0　7946　9902,London\n2079469903,London\n+44 (0)20 7946 9904,London\n4.4208E+11,London\n020-7946-9901,London\n",
		"+442079469901 london; +442079469902 london; +442079469903 london; +442079469904 london; 6 number-digits-lost; 7 file-twice"},
}

func TestReportedFiles(t *testing.T) {
	t.Parallel()
	if len(reported) < 10 {
		t.Errorf("%d files", len(reported))
	}
	for _, f := range reported {
		if !strings.HasPrefix(f.source, "https://") {
			t.Errorf("%s has no source", f.name)
		}
		got := sheetOf(f.data, towns, "")
		if strings.Contains(got, "unplaced") {
			got += "; then " + sheetOf(f.data, towns, "seattle")
		}
		if got != f.want {
			t.Errorf("%s\n got %s\nwant %s", f.name, got, f.want)
		}
	}
}
