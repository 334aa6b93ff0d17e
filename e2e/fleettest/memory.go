package fleettest

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// MostMemory is the most resident memory that the process has had, in bytes, as
// Linux tells it; 0 where the system does not tell.
func (p *process) MostMemory(tb testing.TB) int64 {
	tb.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		var kib int64
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &kib); err == nil {
			return kib << 10
		}
	}
	return 0
}
