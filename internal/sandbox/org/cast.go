package org

// people is the cast. The first part are the persons whom scripts and tests name; each
// says in its Case what it is here for. The second part fills the directory.
func people() []Person {
	return append(append(append(staff(), special()...), fillers()...), named()...)
}

// staff are those who use the bot, and the eligible ones.
func staff() []Person {
	return []Person{
		person("Alice", "Moreau", "seattle", "Telephony administrator", "phone admin", licensed(e5), installed,
			reportsTo("priya")),
		person("Bruno", "Keller", "boston", "Telephony administrator", "phone admin", licensed(e5), installed,
			reportsTo("priya")),
		person("Carol", "Whitaker", "seattle", "Head of sales", "manager of dana and erin", licensed(e5), installed,
			reportsTo("priya")),
		person("Dana", "Reyes", "seattle", "Account manager", "eligible: Teams and Teams Phone Standard",
			licensed(e3, phone), installed, reportsTo("carol")),
		person("Erin", "Walsh", "boston", "Account manager",
			"eligible through M365 E5; app not installed; a desk phone in the profile is only text", licensed(e5),
			reportsTo("carol"), func(p *Person) {
				p.BusinessPhones = []string{"+1 617 555 0100 ext. 12"}
			}),
		person("Felix", "Okafor", "london", "Buyer",
			"eligible: Business Voice without a calling plan; app not installed", licensed(e3, voice)),
		person("Gita", "Rao", "boston", "Planner", "auditor; eligible: Business Voice without a US calling plan",
			licensed(e3, voiceUS), installed),
		person("Yuri", "Sokolov", "boston", "Analyst", "eligible: communications credits are not a calling plan",
			licensed(e3, phone, credits), installed),
		person("Ben", "Aoki", "seattle", "Designer", "eligible; has blocked the bot", licensed(e5), installed,
			func(p *Person) { p.Blocked = true }),
		person("Cleo", "Marchetti", "london", "Trainee",
			"eligible; licensed just now, the Teams service learns of it late", licensed(e3, phone), installed,
			func(p *Person) { p.Fresh = true }),
		person("Dmitri", "O'Neil", "sydney", "Engineer", "eligible; a name with hostile markup", licensed(e5),
			installed, func(p *Person) {
				p.Surname = "O'Neil <b>*[x](http://evil.example)*"
				p.DisplayName = p.GivenName + " " + p.Surname
			}),
		person("Sam", "Taylor", "london", "Clerk", "eligible; one of two people of that name", licensed(e5), installed),
		person("Samuel", "Taylor", "sydney", "Driver", "eligible; one of two people of that name", licensed(e5),
			func(p *Person) {
				p.GivenName, p.DisplayName = "Sam", "Sam Taylor"
			}),
		person("Mallory", "Pike", "seattle", "Receptionist", "no phone admin; eligible", licensed(e5), installed),
		person("Sven", "Lindqvist", "boston", "Fitter", "eligible: Teams Phone Standard for small business",
			licensed(e3, phoneSMB)),
		person("Tara", "Quill", "seattle", "Liaison officer", "eligible by plan: Teams Phone of the government cloud",
			licensed(e3, phoneGov)),
	}
}

// special are the accounts that must be refused, each for a reason of its own.
func special() []Person {
	return []Person{
		person("Hugo", "Lang", "seattle", "Clerk", "Teams but no phone licence", licensed(e3)),
		person("Iris", "Novak", "boston", "Clerk", "phone plan switched off in the licence", licensed(e5),
			without(PlanPhone)),
		person("Jonas", "Berg", "london", "Clerk", "phone licence removed: plan state Deleted", licensed(e3),
			planState(PlanPhone, Deleted)),
		person("Kira", "Stone", "seattle", "Clerk", "Teams Phone with Calling Plan", licensed(e3, phonePlan)),
		person("Liam", "Vale", "boston", "Clerk", "blank surname", licensed(e5), func(p *Person) {
			p.Surname, p.DisplayName = "", "Liam"
		}),
		person("Mona", "Haddad", "london", "Clerk", "given name is only spaces", licensed(e5), func(p *Person) {
			p.GivenName, p.DisplayName = "   ", "Haddad"
		}),
		person("Nils", "Aspen", "sydney", "Clerk", "account disabled", licensed(e5), func(p *Person) {
			p.AccountEnabled = false
		}),
		person("Olga", "Petrova", "london", "Contractor", "guest of another company", account(AccountGuest),
			func(p *Person) {
				p.UserType, p.UPN = "Guest", "olga.petrova_contour.example#EXT#@"+Domain
			}),
		person("Pavel", "Dvorak", "london", "Clerk", "number mastered on-premises", licensed(e5)),
		person("Quinn", "Harper", "seattle", "Clerk", "already has a Direct Routing number", licensed(e5),
			func(p *Person) { p.VoiceRouting = "Unlimited Calls" }),
		person("Rosa", "Jimenez", "seattle", "Clerk", "no usage location", licensed(e5), func(p *Person) {
			p.UsageLocation = ""
		}),
		person("Umar-Line", "", "seattle", "", "resource account of an auto attendant", licensed(virtualUser),
			account(AccountResource), func(p *Person) {
				p.DisplayName = "Main line"
				p.GivenName = "Main"
				p.Surname = "line"
				p.UPN = "main.line@" + Domain
			}),
		person("Vera", "Lobby", "boston", "Lobby phone", "shared device", licensed(sharedPhone)),
		person("Wim", "Boardroom", "sydney", "Meeting room", "Teams Rooms device", licensed(roomsPro)),
		person("Xena", "Frost", "boston", "Clerk", "E5 without Teams", licensed(e5NoTeams), account(AccountIneligible)),
		person("Zoe", "Grant", "seattle", "Clerk", "US calling plan whose plan is named PSTN5_US",
			licensed(e3, phone, callingUS)),
		person("Ada", "Lovett", "london", "Clerk", "still homed in Skype for Business on-premises", licensed(e5),
			account(AccountOnPremises)),
	}
}

func fillers() []Person {
	return []Person{
		person("Priya", "Nair", "seattle", "Managing director", "eligible; at the top, has no manager", licensed(e5)),
		person("Henry", "Cole", "london", "Storekeeper", "eligible", licensed(e3, phone)),
		person("Ivy", "Marsh", "london", "Bookkeeper",
			"operator of London through a group; eligible; has a mobile phone in the profile", licensed(e5), installed,
			reportsTo("priya"), func(p *Person) {
				p.Mobile = "+44 7700 900142" // Ofcom keeps 07700 900000 to 900999 for fiction
			}),
		person("Nadia", "Rahim", "london", "Apprentice", "no phone licence", licensed(e3)),
		person("Oscar", "Bellamy", "sydney", "Storekeeper", "admin of Sydney only; eligible", licensed(e3, phone),
			installed, reportsTo("priya")),
		person("Petra", "Vogel", "sydney", "Clerk", "phone subscription lapsed: plan state Suspended",
			licensed(e3, phone), planState(PlanPhone, Suspended)),
		person("Ruth", "Abel", "boston", "Clerk", "eligible: plan state Warning still works", licensed(e3, phone),
			planState(PlanPhone, Warning)),
		person("Theo", "Sands", "sydney", "Driver", "eligible", licensed(e5)),
	}
}

// named are those whose names are easily misread.
func named() []Person {
	return []Person{
		person("Jack", "London", "seattle", "Clerk", "eligible; his surname is a location", licensed(e5)),
		person("Sydney", "Brooks", "seattle", "Clerk", "eligible; her given name is a location", licensed(e5)),
		person("Max", "Metered", "seattle", "Clerk", "eligible; his surname is a plan", licensed(e5)),
		person("Nora", "Feld", "seattle", "Contractor", "eligible; a display name as other directories make them",
			licensed(e5), func(p *Person) {
				p.DisplayName = "Feld, Nora (EXT)"
			}),
		person("Anna", "Quist", "seattle", "Clerk",
			"eligible; a middle initial, and a user name that is no mail address", licensed(e5), func(p *Person) {
				p.DisplayName = "Anna B. Quist"
				p.UPN, p.Mail = "aquist@alderfinch.onmicrosoft.example", "anna.quist@"+Domain
			}),
	}
}

// visitors are people of the foreign tenant.
func visitors() []Person {
	eve := person("Eve", "Stern", "london", "Auditor", "of another tenant", licensed(e5), installed)
	eve.UPN = "eve.stern@contour.example"
	eve.Mail = eve.UPN
	return []Person{eve}
}
