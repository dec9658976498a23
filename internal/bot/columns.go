package bot

import (
	"slices"
	"strings"

	"calltab/internal/provision"
)

// column is what a column of a file holds.
type column int

const (
	columnNone column = iota // not known, or there twice: it is not used
	columnNumber
	columnFirst    // of a range
	columnLast     // of a range: the whole number or its last digits
	columnQuantity // how many numbers follow one another
	columnLocation
	columnCity // a location where the file has no column for that
	columnNote
	columnExtension
	columnStatus
	columnState    // a status, or of an address where there is a city
	columnAssigned // yes or no
	columnFree     // yes or no
	columnHolder   // who or what has the number
	columnName     // of the one who has the number, or of what it is for
	columnType     // how Microsoft has the number
	columnUsage    // what the number is for
	columnCode     // the calling code, beside the number
	columnArea     // the area code, beside the number
)

// columnNames are the names of columns as columnWord writes them: those that people give them in English, German, French,
// Spanish, Italian, Dutch and Portuguese, those of the Teams admin center's export, and those of Get-CsPhoneNumberAssignment,
// Get-CsOnlineTelephoneNumber and Get-CsOnlineUser (learn.microsoft.com/powershell/module/microsoftteams).
var columnNames = map[column]string{
	columnNumber: `
		number numbers phone phoneno phonenumber phonenumbers telephone telephonenumber telephonenumbers tel
		telno e164 e164number block numberblock range numberrange did didnumber ddi ddinumber directnumber
		lineuri onpremlineuri nummer nummern rufnummer rufnummern telefon telefonnummer telefonnummern telnr
		telnummer rufnr durchwahlnummer rufnummernblock numero numeros telephonenumero numerotelephone
		numerodetelephone ndetelephone notelephone sda numerosda plage telefono telefonos numerotelefono
		numerodetelefono numerosdetelefono ntelefono rango numeri numeritelefono numeroditelefono
		numerideitelefoni recapito intervallo nummers telefoonnummer telefoonnummers telefoon telefoonnr
		doorkiesnummer nummerblok reeks telefone telefones numerotelefone numerodetelefone numerosdetelefone
		ntelefone faixa tn tns msisdn numer numertelefonu nrtelefonu telefonnr tlf tlfnr`,
	columnFirst: `
		first firstnumber start startnumber from begin rangestart startofrange fromnumber starting
		startingnumber von ab anfang beginn erste ersterufnummer erstenummer startrufnummer startnummer de
		du debut premier premiernumero numerodebut desde inicio primero primernumero numeroinicial da dal
		inizio primo primonumero van vanaf eerste eerstenummer beginnummer primeiro primeironumero`,
	columnLast: `
		last lastnumber end endnumber to until rangeend endofrange tonumber ending endingnumber bis ende
		letzte letzterufnummer letztenummer endrufnummer endnummer a au fin dernier derniernumero numerofin
		hasta ultimo ultimonumero numerofinal al fine tot totenmet einde laatste laatstenummer eindnummer
		ate fim`,
	columnQuantity: `
		quantity qty count amount size blocksize rangesize howmany numberofnumbers anzahl menge stuck
		blockgrosse quantite nombre cantidad quantita aantal hoeveelheid quantidade qtd qtde`,
	columnLocation: `
		location site office officelocation locationname sitename standort niederlassung filiale buro emplacement lieu
		bureau etablissement ubicacion sede oficina sitio ufficio posizione locatie vestiging kantoor
		localizacao escritorio`,
	columnCity: `
		city town area placename ort stadt ville commune ciudad localidad citta comune plaats stad cidade
		localidade`,
	columnNote: `
		note notes comment comments remark remarks description bemerkung bemerkungen notiz notizen kommentar
		anmerkung anmerkungen hinweis beschreibung remarque remarques commentaire commentaires observation
		observations nota notas comentario comentarios observaciones descripcion commento commenti
		osservazioni descrizione opmerking opmerkingen notitie omschrijving observacao observacoes descricao`,
	columnExtension: `
		extension extensions ext extn durchwahl nebenstelle klappe poste interno toestel toestelnummer ramal
		extensao`,
	columnStatus: `
		status numberstatus assignmentstatus pstnassignmentstatus activationstate zustand etat statut stato
		situacion situacao situazione disponibilite disponibilidad disponibilidade disponibilita availability
		numberstate currentstatus linestatus didstatus tnstatus allocation allocationstatus verfugbarkeit belegung`,
	columnState: `state estado`,
	columnAssigned: `
		assigned isassigned inuse used taken zugewiesen vergeben belegt inbenutzung inverwendung attribue
		assigne utilise occupe asignado ocupado enuso usado assegnato inuso occupato toegewezen ingebruik
		bezet atribuido emuso isinuse isused reserved isreserved allocated occupied reserviert reservado riservato
		gereserveerd assignmentblockedstate`, // BlockedForever, also of a number that is Unassigned
	columnHolder: `
		assignedto assigneduser assignedpstntargetid targetid user username userprincipalname upn userid
		zugewiesenan benutzer nutzer teilnehmer mitarbeiter inhaber utilisateur attribuea titulaire abonne
		usuario asignadoa titular utente assegnatoa intestatario gebruiker toegewezenaan medewerker
		utilizador atribuidoa displayname userdisplayname fullname firstname lastname surname givenname owner
		ownername employee employeename person staff assignee holder subscriber reservedfor usedby inuseby
		allocatedto anzeigename vorname nachname besitzer eigentumer prenom proprietaire employe propietario
		empleado apellido apellidos proprietario dipendente cognome eigenaar voornaam achternaam funcionario`,
	columnFree: `available isavailable verfugbar disponible disponibile beschikbaar disponivel`,
	columnName: `name nom nome naam`,
	columnType: `
		type numbertype phonenumbertype telephonenumbertype typ art nummerntyp rufnummerntyp nummertyp
		typedenumero tipo tipodenumero tiponumero tipodinumero nummertype`,
	columnUsage: `usage numberusage`,
	columnCode: `
		countrycode callingcode countrycallingcode dialcode diallingcode dialingcode landesvorwahl
		landervorwahl landeskennzahl indicatifpays prefijopais codigopais codigodepais
		prefissointernazionale landnummer landcode codigodopais`,
	columnArea: `
		areacode citycode npa vorwahl ortsvorwahl ortsnetzkennzahl indicatif indicatifregional prefijo
		codigodearea prefisso netnummer kengetal ddd`,
}

// columnsByName are what the names of columns mean.
var columnsByName = sortedByName()

func sortedByName() map[string]column {
	all := map[string]column{}
	for c, names := range columnNames {
		for _, name := range strings.Fields(names) {
			all[name] = c
		}
	}
	return all
}

// columnOf is what a column with such a name holds. What is called some kind of status is one, but for that of an order, and so it is with
// holders.
func columnOf(name string) column {
	if c := columnsByName[name]; c != columnNone {
		return c
	}
	if strings.HasSuffix(name, "status") && !strings.HasSuffix(name, "orderstatus") {
		return columnStatus
	}
	for _, holder := range []string{"assignedto", "reservedfor", "usedby"} {
		if strings.Contains(name, holder) {
			return columnHolder
		}
	}
	return columnNone
}

// columnsOf are the columns of a heading by their names. A name of one or two letters, such as the a of "de" and "a", is one
// only where both ends of a range are there.
func columnsOf(fields []string) []column {
	all := make([]column, len(fields))
	for i, f := range fields {
		all[i] = columnOf(columnWord(f))
	}
	if slices.Contains(all, columnFirst) && slices.Contains(all, columnLast) {
		return all
	}
	for i, f := range fields {
		if end := all[i] == columnFirst || all[i] == columnLast; end && len(columnWord(f)) <= 2 {
			all[i] = columnNone
		}
	}
	return all
}

// columnWord is the name of a column in small letters without accents, and digits. What stands in brackets explains it:
// "Number (E.164)".
func columnWord(s string) string {
	if before, _, ok := strings.Cut(s, "("); ok && strings.TrimSpace(before) != "" {
		s = before
	}
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, provision.Plain(s))
}
