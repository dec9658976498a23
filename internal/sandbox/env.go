package sandbox

import (
	"strings"

	"calltab/internal/sandbox/carrier"
	"calltab/internal/sandbox/fault"
	"calltab/internal/sandbox/login"
	"calltab/internal/sandbox/org"
)

// Env returns the settings with which the bot runs against this cloud. What is not in it,
// such as where the bot listens and keeps its store, is the caller's.
func (c *Cloud) Env() map[string]string {
	admins, _ := c.org.Group(org.PhoneAdmins)
	return map[string]string{
		"CALLTAB_APP_ID":              appID,
		"CALLTAB_APP_TENANT":          c.org.Tenant.ID,
		"CALLTAB_APP_SECRET":          appSecret,
		"CALLTAB_TENANTS":             c.org.Tenant.ID,
		"CALLTAB_ADMINS":              admins.ID,
		"CALLTAB_CATALOG_APP_ID":      catalogAppID,
		"CALLTAB_OPENID_METADATA_URL": c.urls[fault.Login] + login.MetadataPath,
		"CALLTAB_TOKEN_ISSUER":        login.Issuer,
		"CALLTAB_LOGIN_AUTHORITY":     c.urls[fault.Login] + "/",
		"CALLTAB_CONNECTOR_SCOPE":     login.ConnectorResource + "/.default",
		"CALLTAB_GRAPH_URL":           c.urls[fault.Graph] + "/v1.0",
		"CALLTAB_GRAPH_SCOPE":         login.GraphResource + "/.default",
		"CALLTAB_SERVICE_URLS":        c.chat.ServiceURL(),
		"CALLTAB_FILE_HOSTS":          strings.TrimPrefix(c.urls[fault.Connector], "https://"),
		"CALLTAB_CA_FILE":             c.caFile,
	}
}

// CarrierEnv returns the settings with which the bot tells this cloud's carrier of lines.
func (c *Cloud) CarrierEnv() map[string]string {
	return map[string]string{
		"CALLTAB_CARRIER_URL":    c.urls[fault.Carrier] + carrier.NoticePath,
		"CALLTAB_CARRIER_SECRET": carrierSecret,
	}
}

// OrgYAML returns the organisation's locations, plans and number blocks as the file that
// CALLTAB_ORG names.
func (c *Cloud) OrgYAML() []byte { return c.org.YAML() }
