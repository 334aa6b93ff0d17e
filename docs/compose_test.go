package docs_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/hitotsu/hitotsu/internal/auth"
	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/run"
)

// composeService is what this test reads of a service.
type composeService struct {
	Command     []string
	Profiles    []string
	DependsOn   map[string]any `yaml:"depends_on"`
	Environment map[string]string
	Ports       []string
	Volumes     []string
}

func compose(t *testing.T) map[string]composeService {
	t.Helper()
	var file struct {
		Services map[string]composeService
	}
	if err := yaml.Unmarshal([]byte(read(t, "../docker-compose.yml")), &file); err != nil {
		t.Fatal(err)
	}
	return file.Services
}

// TestCompose_redis must not lose what it was told.
func TestCompose_redis(t *testing.T) {
	t.Parallel()
	command := strings.Join(compose(t)["redis"].Command, " ")
	for _, option := range []string{"--appendonly yes", "--appendfsync always", "--maxmemory-policy noeviction"} {
		if !strings.Contains(command, option) {
			t.Errorf("redis runs without %s", option)
		}
	}
}

// TestCompose_simulated compares the credentials that the file has in clear text
// with those of the simulators it starts: its gateways can work.
func TestCompose_simulated(t *testing.T) {
	t.Parallel()
	services := compose(t)
	if args := strings.Join(services["simulators"].Command, " "); args !=
		"simulate --listen 0.0.0.0 --host simulators --no-faults" {
		t.Fatalf("the simulators are started otherwise than this test does: %s", args)
	}
	s, err := run.Start(t.Context(), run.Options{Seed: 1, Listen: "127.0.0.1", Host: "simulators"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // nothing was asked
	for _, name := range []string{"simulated-1", "simulated-2"} {
		service := services[name]
		environ := []string{"HITOTSU_DATA_DIR=/data"} // of the image
		for variable, value := range service.Environment {
			environ = append(environ, variable+"="+value)
		}
		if _, err := config.Load(config.Options{Environ: environ}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got, want := service.Environment["HITOTSU_AKASHI_TOKEN"], s.AkashiToken(company.PersonaHR); got != want {
			t.Errorf("%s: AKASHI's token is %s", name, want)
		}
		for _, system := range s.Systems() {
			for _, credential := range system.Credentials {
				if known := credential.Name == "company" || strings.HasPrefix(credential.Name, "token of") ||
					strings.Contains(credential.Name, "endpoint") || strings.Contains(credential.Name, "server"); known {
					continue // its address is another one, or it was compared
				}
				if !slices.ContainsFunc(environ, func(v string) bool { return strings.HasSuffix(v, "="+credential.Value) }) {
					t.Errorf("%s: %s's %s is not %s", name, system.Name, credential.Name, credential.Value)
				}
			}
		}
		if !slices.Equal(service.Profiles, []string{"simulated"}) || service.DependsOn["simulators"] == nil {
			t.Errorf("%s does not come with the simulators", name)
		}
	}
	if slices.Equal(services["simulated-1"].Ports, services["simulated-2"].Ports) {
		t.Error("both gateways have one port")
	}
	if slices.Equal(services["simulated-1"].Volumes, services["simulated-2"].Volumes) {
		t.Error("both gateways have one data directory")
	}
}

// TestCompose_callers are those whose keys the file and the documents name.
func TestCompose_callers(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("../simulator/callers.yaml"); err != nil {
		t.Fatal(err)
	}
	callers, err := auth.Load("../simulator/callers.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for key, role := range map[string]auth.Role{
		"demo-hr": auth.HR, "demo-manager": auth.Manager, "demo-employee": auth.Employee,
	} {
		if c, ok := callers.Authenticate(key); !ok || c.Role != role {
			t.Errorf("%s is %+v", key, c)
		}
	}
}
