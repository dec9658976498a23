package cmdlet

import (
	"testing"

	"calltab/internal/bot/parse/lexicon"
)

func TestPlain(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"Set-CsPhoneNumberAssignment -Identity dana@a.example -PhoneNumber +12065550144 -PhoneNumberType DirectRouting": "assign number +12065550144 to dana@a.example",
		"Set-CsUser -Identity \"Dana Reyes\" -LineURI tel:+12065550144":                                                 "assign number +12065550144 to \"Dana Reyes\"",
		"Set-CsUser -Identity dana -LineURI $null":                                                                      "release number of dana",
		"Set-CsPhoneNumberAssignment -Identity dana -EnterpriseVoiceEnabled $true":                                      "enable phone for dana",
		"Remove-CsPhoneNumberAssignment -Identity dana -RemoveAll":                                                      "release number of dana",
		"please run Remove-CsPhoneNumberAssignment -Identity dana":                                                      "please run release number of dana",
		"Get-CsPhoneNumberAssignment -PstnAssignmentStatus Unassigned -Top 50":                                          "list free numbers",
		"Get-CsPhoneNumberAssignment -TelephoneNumber +12065550144":                                                     "find +12065550144",
		"get-cs phonenumber": "get-cs phonenumber",
		"Get-CsPhoneNumberAssignment -City Boston | Export-Csv n.csv":                                                   "export list numbers Boston",
		"Get-CsOnlineUser -Identity dana | fl LineUri":                                                                  "find dana",
		"New-CsOnlineDirectRoutingTelephoneNumberUploadRequest -StartingNumber +12065550100 -EndingNumber +12065550199": "add numbers +12065550100 to +12065550199",
		"Grant-CsOnlineVoiceRoutingPolicy -Identity dana -PolicyName Unlimited":                                         "change plan of dana to Unlimited",
	} {
		if got := lexicon.Written(Plain(lexicon.Split(line))); got != want {
			t.Errorf("%q says %q, not %q", line, got, want)
		}
	}
}
