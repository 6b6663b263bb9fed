package org.fieldstream.server.grpc;

import com.sun.management.OperatingSystemMXBean;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.fieldstream.client.sdk.FieldstreamClient;
import org.fieldstream.v1.SubscribeRequest;

/**
 * Goodput of ready-made messages over loopback, servers and clients in one process: our server with
 * our client and with grpc-java's, beside grpc-java alone, in turns.
 */
final class StreamBench {
  /** So many turns go by before the compiler rests. */
  private static final int WARM_UP = 8;

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  /** A pair of server and client. */
  private record Pair(String name, Function<SubscribeRequest, CompletableFuture<Long>> read) {}

  /** Goodput in MB/s (10^6 bytes) and CPU-seconds per GB (10^9 bytes), client and server. */
  private record Turn(double megabytes, double cpuSeconds) {}

  private final int rounds;
  private final long bytes;
  private final int[] sizes;
  private final PrintStream out;

  /**
   * A bench.
   *
   * @param rounds turns of each pair and size
   * @param bytes bytes of field values in a turn
   * @param sizes bytes of field values in a message, one after the other
   */
  StreamBench(int rounds, long bytes, int[] sizes, PrintStream out) {
    this.rounds = rounds;
    this.bytes = bytes;
    this.sizes = sizes;
    this.out = out;
  }

  void run() {
    out.printf(
        "%nMedians (quartiles) of %d turns of %d MB; ratios turn by turn; client and server"
            + " together.%n%n",
        rounds, bytes / 1_000_000);
    out.printf(
        "%11s  %-24s %-18s %-18s %-18s %s%n",
        "message", "server -> client", "MB/s", "ratio", "CPU-s per GB", "ratio");
    for (int size : sizes) {
      measure(new ReadyMade(size));
    }
  }

  private void measure(ReadyMade ready) {
    Server peer = GrpcJava.server(ready);
    ManagedChannel peerToPeer = GrpcJava.channel(peer.getPort());
    try (OurServer ours = new OurServer(ready);
        FieldstreamClient client = FieldstreamClient.connect("127.0.0.1", ours.port())) {
      ManagedChannel toOurs = GrpcJava.channel(ours.port());
      List<Pair> pairs =
          List.of(
              new Pair("grpc-java -> grpc-java", r -> GrpcJava.read(peerToPeer, r)),
              new Pair("ours -> grpc-java", r -> GrpcJava.read(toOurs, r)),
              new Pair("ours -> ours", r -> OurClient.read(client, r)));
      List<List<Turn>> turns = new ArrayList<>();
      for (Pair pair : pairs) {
        turns.add(new ArrayList<>());
        for (int warm = 0; warm < WARM_UP; warm++) {
          turn(pair, ready);
        }
      }
      for (int round = 0; round < rounds; round++) {
        for (int p = 0; p < pairs.size(); p++) {
          turns.get(p).add(turn(pairs.get(p), ready));
        }
      }
      toOurs.shutdownNow();
      for (int p = 0; p < pairs.size(); p++) {
        print(ready, pairs.get(p), turns.get(p), turns.get(0));
      }
    } finally {
      peerToPeer.shutdownNow();
      peer.shutdownNow();
    }
  }

  private Turn turn(Pair pair, ReadyMade ready) {
    int messages = (int) (bytes / ready.fieldBytes());
    long start = System.nanoTime();
    long cpu = SYSTEM.getProcessCpuTime();
    long came = pair.read().apply(ready.request(messages)).join();
    double seconds = (System.nanoTime() - start) * 1e-9;
    double cpuSeconds = (SYSTEM.getProcessCpuTime() - cpu) * 1e-9;
    if (came != (long) messages * ready.fieldBytes()) {
      throw new IllegalStateException(
          pair.name() + ": " + came + " bytes (expected: " + messages + " messages)");
    }
    return new Turn(came / seconds / 1e6, cpuSeconds / (came / 1e9));
  }

  private void print(ReadyMade ready, Pair pair, List<Turn> turns, List<Turn> peers) {
    double[] faster = new double[turns.size()];
    double[] dearer = new double[turns.size()];
    for (int i = 0; i < turns.size(); i++) {
      faster[i] = turns.get(i).megabytes() / peers.get(i).megabytes();
      dearer[i] = turns.get(i).cpuSeconds() / peers.get(i).cpuSeconds();
    }
    out.printf(
        Locale.ROOT,
        "%7d KiB  %-24s %-18s %-18s %-18s %s%n",
        ready.fieldBytes() >> 10,
        pair.name(),
        spread("%.0f", turns.stream().mapToDouble(Turn::megabytes).toArray()),
        spread("%.2f", faster),
        spread("%.2f", turns.stream().mapToDouble(Turn::cpuSeconds).toArray()),
        spread("%.2f", dearer));
  }

  /** Median and quartiles; orders the values. */
  private static String spread(String format, double[] values) {
    Arrays.sort(values);
    int last = values.length - 1;
    return String.format(
        Locale.ROOT,
        format + " (" + format + ", " + format + ")",
        values[values.length / 2],
        values[last / 4],
        values[last - last / 4]);
  }
}
