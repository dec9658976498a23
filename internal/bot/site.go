package bot

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/view"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
)

// siteAdder adds locations.
type siteAdder interface {
	AddLocation(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, l provision.Location,
	) (provision.Location, error)
}

// locationAdd is the button that adds a location. What is wrong is said on the form, which keeps what was typed.
func locationAdd(ctx context.Context, x *exchange, data map[string]string) error {
	f := lists.LocationForm{
		Name: data[view.InputName], Country: data[view.InputCountry], Zone: data[view.InputZone],
		Emergency: data[view.InputEmergency], Cooling: data[view.InputCooling], Low: data[view.InputLow],
	}
	l, err := x.location(f)
	if err == nil {
		l, err = x.b.Service.AddLocation(ctx, x.turn.Actor.Tenant, x.actor(), l)
	}
	if k := provision.KindOf(err); err != nil && (k == provision.Invalid || k == provision.Conflict) {
		f.Notice, _ = provision.SayOf(err)
		return x.replace(ctx, chats.Made(x.writer().NewLocation(f)))
	}
	if err != nil {
		return err
	}
	return x.replace(ctx, chats.Made(x.writer().LocationAdded(l)))
}

// location reads what was typed. The user who adds a location is told when its numbers run low.
func (x *exchange) location(f lists.LocationForm) (provision.Location, error) {
	l := provision.Location{
		Name: f.Name, Country: strings.ToUpper(f.Country), TimeZone: strings.ReplaceAll(f.Zone, " ", "_"),
		EmergencyLocation: strings.ToLower(f.Emergency), Admins: []provision.UserID{x.turn.Actor.User},
	}
	wrong := func(id string) error {
		return &provision.Error{Op: "add location", Kind: provision.Invalid, Say: provision.Say(id)}
	}
	if !x.b.DialPlan.Known(l.Country) {
		return l, wrong("location-country")
	}
	days, err := strconv.Atoi(cmp.Or(f.Cooling, strconv.Itoa(provision.DefaultCooling)))
	if err != nil {
		return l, wrong("location-cooling")
	}
	l.CoolingDays = &days
	if l.LowStock, err = strconv.Atoi(cmp.Or(f.Low, "0")); err != nil {
		return l, wrong("location-low")
	}
	return l, nil
}
