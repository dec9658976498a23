// Package undo takes orders back: a done one by an order that leads back, a waiting or held one in place, with the job
// turned round. It also says which buttons a reader of an order gets.
package undo
