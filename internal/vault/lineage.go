package vault

// Lineage identifies whose credential it is: it stays through every exchange and
// changes when a person gives another credential. It is no secret. It is empty
// while the credential is not known, or has no seed.
func (s *Source) Lineage() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil || len(s.current.Seeds) == 0 {
		return ""
	}
	return s.current.Seeds[len(s.current.Seeds)-1]
}
