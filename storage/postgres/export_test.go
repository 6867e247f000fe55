package postgres

// WithPartitions returns the configuration with each table split into so many
// parts by a hash of the tenant.
func (c Config) WithPartitions(n int) Config {
	c.partitions = n
	return c
}
