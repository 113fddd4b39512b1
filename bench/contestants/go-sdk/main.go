// A closed loop on the official Go SDK: sessions goroutines, each with a session of its own, call one tool until the
// time is up. The last line is JSON: calls per second and CPU microseconds per call, without the warm-up.
//
// Usage: go-sdk URL SESSIONS SECONDS
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

func connect(ctx context.Context, url string) *mcp.ClientSession {
	client := mcp.NewClient(&mcp.Implementation{Name: "bench", Version: "1"}, nil)
	transport := &mcp.StreamableClientTransport{Endpoint: url, DisableStandaloneSSE: true}
	session, err := client.Connect(ctx, transport, nil)
	if err != nil {
		log.Fatal(err)
	}
	return session
}

func load(ctx context.Context, sessions []*mcp.ClientSession, lasting time.Duration) int64 {
	var calls atomic.Int64
	var group sync.WaitGroup
	end := time.Now().Add(lasting)
	for _, session := range sessions {
		group.Add(1)
		go func() {
			defer group.Done()
			for time.Now().Before(end) {
				params := &mcp.CallToolParams{Name: "constant", Arguments: map[string]any{}}
				if _, err := session.CallTool(ctx, params); err != nil {
					log.Fatal(err)
				}
				calls.Add(1)
			}
		}()
	}
	group.Wait()
	return calls.Load()
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: go-sdk URL SESSIONS SECONDS")
	}
	count, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	seconds, err := strconv.ParseFloat(os.Args[3], 64)
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	sessions := make([]*mcp.ClientSession, count)
	for i := range sessions {
		sessions[i] = connect(ctx, os.Args[1])
	}
	load(ctx, sessions, time.Second)
	cpu, began := cpuSeconds(), time.Now()
	calls := float64(load(ctx, sessions, time.Duration(seconds*float64(time.Second))))
	took := time.Since(began).Seconds()
	fmt.Printf("{\"perSecond\":%f,\"cpuUs\":%f}\n", calls/took, (cpuSeconds()-cpu)*1e6/calls)
}
