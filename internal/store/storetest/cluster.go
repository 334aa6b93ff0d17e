package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Cluster is a Redis Cluster of a test.
type Cluster struct {
	// URL is for store.OpenRedis.
	URL string
	// Masters have a third of the slots each; Replicas follow them, in the same
	// order.
	Masters, Replicas []*RedisServer
}

const (
	// clusterSlots is how many slots a Redis Cluster has.
	clusterSlots   = 16384
	clusterMasters = 3
)

// StartCluster starts a Redis Cluster of three masters and three replicas. A
// replica takes over about four seconds after its master's end. It ends with the
// test.
func StartCluster(tb testing.TB) *Cluster {
	tb.Helper()
	const nodes = 2 * clusterMasters
	ports := freePorts(tb, 2*nodes)
	c := &Cluster{}
	addresses := make([]string, nodes)
	for i := range nodes {
		node := newServer(tb)
		addresses[i] = "127.0.0.1:" + ports[2*i]
		node.args = []string{
			"--save", "", "--appendonly", "yes", "--appendfsync", "always", "--bind", "127.0.0.1", "--port", ports[2*i],
			"--cluster-enabled", "yes", "--cluster-port", ports[2*i+1], "--cluster-announce-ip", "127.0.0.1",
			"--cluster-node-timeout", "2000", "--cluster-replica-validity-factor", "0", "--repl-diskless-sync-delay", "0",
		}
		// A node that finds the whole Cluster in its file needs not meet the
		// others one by one.
		file := filepath.Join(node.dir, "nodes.conf")
		if err := os.WriteFile(file, []byte(clusterFile(ports, i)), 0o600); err != nil {
			tb.Fatal(err)
		}
		if i < clusterMasters {
			c.Masters = append(c.Masters, node)
		} else {
			c.Replicas = append(c.Replicas, node)
		}
		node.launch(tb)
	}
	c.URL = "redis://" + addresses[0] + "?" + url.Values{"addr": addresses[1:]}.Encode()
	for _, master := range c.Masters {
		waitFor(tb, master, "cluster", "cluster_state:ok")
		waitFor(tb, master, "replication", "connected_slaves:1")
	}
	for _, replica := range c.Replicas {
		waitFor(tb, replica, "cluster", "cluster_state:ok")
		waitFor(tb, replica, "replication", "master_link_status:up")
	}
	return c
}

// clusterFile is what a node of the Cluster would have written itself.
func clusterFile(ports []string, self int) string {
	id := func(i int) string { return fmt.Sprintf("%040x", i+1) }
	var b strings.Builder
	for i := range len(ports) / 2 {
		me, role, master := "", "master", "-"
		if i == self {
			me = "myself,"
		}
		slots := fmt.Sprintf(" %d-%d", i*clusterSlots/clusterMasters, (i+1)*clusterSlots/clusterMasters-1)
		if i >= clusterMasters {
			role, master, slots = "slave", id(i-clusterMasters), ""
		}
		epoch := i%clusterMasters + 1
		fmt.Fprintf(&b, "%s 127.0.0.1:%s@%s %s%s %s 0 0 %d connected%s\n",
			id(i), ports[2*i], ports[2*i+1], me, role, master, epoch, slots)
	}
	fmt.Fprintf(&b, "vars currentEpoch %d lastVoteEpoch 0\n", clusterMasters)
	return b.String()
}

// waitFor waits until a section of a server's INFO says something. What
// "cluster" says is that of CLUSTER INFO.
func waitFor(tb testing.TB, server *RedisServer, section, says string) {
	tb.Helper()
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: filepath.Join(server.dir, "s"), MaxRetries: -1})
	defer func() { _ = client.Close() }() // the server is what is tested
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	Eventually(tb, func() error {
		info, err := client.Info(ctx, section).Result()
		if section == "cluster" {
			info, err = client.ClusterInfo(ctx).Result()
		}
		if err == nil && !strings.Contains(info, says) {
			err = errors.New("redis-server does not come up:\n" + info)
		}
		return err
	})
}

// Sentinel is a master with a replica that a Sentinel watches.
type Sentinel struct {
	// URL is for store.OpenRedis.
	URL             string
	Master, Replica *RedisServer
}

// StartSentinel starts a master, a replica and a Sentinel, which makes the
// replica the master about two seconds after the master's end. They end with the
// test.
func StartSentinel(tb testing.TB) *Sentinel {
	tb.Helper()
	const name = "hitotsu"
	ports := freePorts(tb, 3)
	s := &Sentinel{}
	s.Master = startRedis(tb, "--bind", "127.0.0.1", "--port", ports[0], "--repl-diskless-sync-delay", "0")
	s.Replica = startRedis(tb, "--bind", "127.0.0.1", "--port", ports[1], "--replicaof", "127.0.0.1 "+ports[0])
	waitFor(tb, s.Replica, "replication", "master_link_status:up")
	waitFor(tb, s.Master, "replication", "connected_slaves:1")

	watcher := newServer(tb)
	file := filepath.Join(watcher.dir, "sentinel.conf")
	settings := fmt.Sprintf("bind 127.0.0.1\nport %s\nsentinel monitor %s 127.0.0.1 %s 1\n"+
		"sentinel down-after-milliseconds %[2]s 1000\nsentinel failover-timeout %[2]s 5000\n", ports[2], name, ports[0])
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		tb.Fatal(err)
	}
	watcher.args = []string{file, "--sentinel"}
	watcher.launch(tb)
	address := "127.0.0.1:" + ports[2]
	s.URL = "redis://" + address + "/0?" + url.Values{"master_name": {name}, "addr": {address}}.Encode()

	client := redis.NewSentinelClient(&redis.Options{Addr: address, MaxRetries: -1})
	defer func() { _ = client.Close() }() // the server is what is tested
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	Eventually(tb, func() error {
		replicas, err := client.Replicas(ctx, name).Result()
		if err == nil && len(replicas) != 1 {
			err = errors.New("the Sentinel does not find the replica")
		}
		return err
	})
	return s
}

// freePorts returns ports of the loopback that were free a moment ago, below
// those that the system gives to connections.
func freePorts(tb testing.TB, n int) []string {
	tb.Helper()
	const lowest, highest = 12000, 32000
	ports := make([]string, 0, n)
	for deadline := time.Now().Add(startTime); len(ports) < n; {
		port := strconv.Itoa(lowest + rand.IntN(highest-lowest)) //nolint:gosec // any port will do
		listener, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err == nil {
			defer listener.Close() // all together, so that no port comes twice
			ports = append(ports, port)
		} else if time.Now().After(deadline) {
			tb.Fatal(err)
		}
	}
	return ports
}

// FreePort returns a port of the loopback that was free a moment ago.
func FreePort(tb testing.TB) string {
	tb.Helper()
	return freePorts(tb, 1)[0]
}
