// Package access is who may do what, and where: what the configuration and a tenant's access policy give to people and
// to groups, the groups read from the directory and remembered for minutes. Each use case of the rooms that use this
// one asks it by itself ([Service.Access], [Service.Admit]). A refusal names nobody and is put on the trail. What each
// role may do stands in [provision.Role] and [provision.Right].
package access
