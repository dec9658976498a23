package numbers

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/talk"
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

// AddLocation is the button that adds a location. What is wrong is said on the form, which keeps what was typed.
func (k *Keeper) AddLocation(ctx context.Context, x *talk.Exchange, data map[string]string) error {
	f := lists.LocationForm{
		Name: data[view.InputName], Country: data[view.InputCountry], Zone: data[view.InputZone],
		Emergency: data[view.InputEmergency], Cooling: data[view.InputCooling], Low: data[view.InputLow],
	}
	l, err := k.location(x, f)
	if err == nil {
		l, err = k.Service.AddLocation(ctx, x.Turn.Actor.Tenant, x.Actor(), l)
	}
	if kind := provision.KindOf(err); err != nil && (kind == provision.Invalid || kind == provision.Conflict) {
		f.Notice, _ = provision.SayOf(err)
		return x.Replace(ctx, chats.Made(x.Writer().NewLocation(f)))
	}
	if err != nil {
		return err
	}
	return x.Replace(ctx, chats.Made(x.Writer().LocationAdded(l)))
}

// location reads what was typed. The user who adds a location is told when its numbers run low.
func (k *Keeper) location(x *talk.Exchange, f lists.LocationForm) (provision.Location, error) {
	l := provision.Location{
		Name: f.Name, Country: strings.ToUpper(f.Country), TimeZone: strings.ReplaceAll(f.Zone, " ", "_"),
		EmergencyLocation: strings.ToLower(f.Emergency), Admins: []provision.UserID{x.Turn.Actor.User},
	}
	wrong := func(id string) error {
		return &provision.Error{Op: "add location", Kind: provision.Invalid, Say: provision.Say(id)}
	}
	if !k.DialPlan.Known(l.Country) {
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
