package main

const (
	guidApp    = "5e0f3f0c-1b7a-4a53-9c53-0b1c2d3e4f50"
	guidTenant = "0a1b2c3d-0000-4000-8000-00000000aaaa"
	guidOther  = "0a1b2c3d-0000-4000-8000-00000000bbbb"
)

func environment(m map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := m[name]; return v, ok }
}
