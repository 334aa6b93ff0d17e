package storetest

import (
	"context"
	"net"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// clusterSlots is how many slots a Redis Cluster has.
const clusterSlots = 16384

// StartRedisCluster starts a Redis Cluster of that many masters, without
// replicas, and returns its URL for store.OpenRedis. It ends with the test.
func StartRedisCluster(tb testing.TB, masters int) string {
	tb.Helper()
	ports := freePorts(tb, 2*masters)
	addresses := make([]string, masters)
	for i := range masters {
		node := startRedis(tb, "--bind", "127.0.0.1", "--port", ports[2*i], "--cluster-enabled", "yes",
			"--cluster-port", ports[2*i+1], "--cluster-announce-ip", "127.0.0.1", "--cluster-node-timeout", "2000")
		addresses[i] = "127.0.0.1:" + ports[2*i]
		client, ctx := node.Client(tb), tb.Context()
		first, last := i*clusterSlots/masters, (i+1)*clusterSlots/masters-1
		if err := client.ClusterAddSlotsRange(ctx, first, last).Err(); err != nil {
			tb.Fatal(err)
		}
		if i > 0 {
			// go-redis's own command does not know the bus port.
			if err := client.Do(ctx, "CLUSTER", "MEET", "127.0.0.1", ports[0], ports[1]).Err(); err != nil {
				tb.Fatal(err)
			}
		}
		tb.Cleanup(node.Kill)
		defer waitForCluster(tb, node)
	}
	return "redis://" + addresses[0] + "?" + url.Values{"addr": addresses[1:]}.Encode()
}

// waitForCluster waits until a node sees all slots.
func waitForCluster(tb testing.TB, node *RedisServer) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 20*time.Second)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	client := node.Client(tb)
	for {
		info, err := client.ClusterInfo(ctx).Result()
		if err == nil && strings.Contains(info, "cluster_state:ok") {
			return
		}
		select {
		case <-ctx.Done():
			tb.Fatalf("the cluster does not come up: %v\n%s", err, info)
		case <-ticker.C:
		}
	}
}

// freePorts returns ports of the loopback that were free a moment ago.
func freePorts(tb testing.TB, n int) []string {
	tb.Helper()
	ports := make([]string, n)
	for i := range ports {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			tb.Fatal(err)
		}
		defer listener.Close() // all together, so that no port comes twice
		ports[i] = strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	}
	return ports
}
