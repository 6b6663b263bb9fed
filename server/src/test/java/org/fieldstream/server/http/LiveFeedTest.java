package org.fieldstream.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.fieldstream.server.testing.TestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Snapshots are made once for all, at a bounded rate, and only while somebody watches. */
@Timeout(120)
final class LiveFeedTest {
  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger watched = new AtomicInteger();
  private final AtomicInteger unwatched = new AtomicInteger();
  private volatile boolean onEventLoop;
  private volatile int size;
  private final LiveFeed feed =
      new LiveFeed(
          vertx,
          new LiveFeed.Source() {
            @Override
            public void watch(boolean now) {
              (now ? watched : unwatched).incrementAndGet();
            }

            @Override
            public String snapshot() {
              onEventLoop |= Context.isOnEventLoopThread();
              return made.incrementAndGet() + " " + "x".repeat(size);
            }
          });
  private final List<Socket> sockets = new ArrayList<>();
  private int port;

  @BeforeAll
  static void patience() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(120));
  }

  @BeforeEach
  void listen() {
    Router router = Router.router(vertx);
    router.get("/").handler(feed);
    HttpServer http = vertx.createHttpServer().requestHandler(router);
    port = TestServer.await(http.listen(0, "127.0.0.1")).actualPort();
  }

  @AfterEach
  void close() throws IOException {
    feed.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    TestServer.await(vertx.close());
  }

  /** A viewer that reads nothing by itself. */
  private Socket viewer() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(1 << 14);
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    socket.setSoTimeout(60_000);
    sockets.add(socket);
    socket
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nhost: test\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
  }

  /** The number of the next snapshot that arrives. */
  private static int next(BufferedReader reader) throws IOException {
    String line = reader.readLine();
    while (!line.startsWith("data: ")) {
      line = reader.readLine();
    }
    return Integer.parseInt(line.substring(6, line.indexOf(' ', 6)));
  }

  @Test
  void nobodyWatchesAndNothingIsMade() throws Exception {
    assertThat(feed.viewers()).isZero();
    assertThat(watched.get()).isZero();
    Socket first = viewer();
    BufferedReader reader = reader(first);
    assertThat(next(reader)).isEqualTo(1);
    assertThat(next(reader)).isEqualTo(2);
    assertThat(watched.get()).isOne();
    first.close();
    await().until(() -> unwatched.get() == 1);
    assertThat(feed.viewers()).isZero();
    int before = made.get();
    // Two timers' worth of Vert.x's own time later still nothing was made.
    TestServer.await(vertx.timer(3 * LiveFeed.PERIOD.toMillis()));
    assertThat(made.get()).isLessThanOrEqualTo(before + 1);
    int idle = made.get();
    assertThat(next(reader(viewer()))).isEqualTo(idle + 1);
    assertThat(watched.get()).isEqualTo(2);
    assertThat(onEventLoop).isFalse();
  }

  @Test
  void manyViewersShareOneSnapshotAtABoundedRate() throws Exception {
    long start = System.nanoTime();
    List<BufferedReader> readers = new ArrayList<>();
    for (int k = 0; k < 5; k++) {
      readers.add(reader(viewer()));
    }
    await().until(() -> feed.viewers() == 5);
    int last = 0;
    for (BufferedReader reader : readers) {
      int number = next(reader);
      while (number < 4) {
        number = next(reader);
      }
      last = Math.max(last, number);
    }
    // Ticks are half a period apart at the least, whoever comes and goes.
    long periods = (System.nanoTime() - start) / LiveFeed.PERIOD.toNanos();
    assertThat(made.get()).isBetween(last, (int) (2 * periods + 2));
  }

  @Test
  void whoComesAndGoesGetsNoMoreThanTheRate() throws Exception {
    long start = System.nanoTime();
    for (int k = 1; k <= 20; k++) {
      Socket socket = viewer();
      reader(socket).readLine();
      socket.close();
      int left = k;
      await().until(() -> unwatched.get() == left);
    }
    long periods = (System.nanoTime() - start) / LiveFeed.PERIOD.toNanos();
    assertThat(made.get()).isLessThanOrEqualTo((int) (2 * periods + 2));
  }

  @Test
  void aViewerThatDoesNotReadSkipsSnapshotsAndHoldsUpNobody() throws Exception {
    size = 8 << 20;
    Socket slow = viewer();
    await().until(() -> made.get() >= 1);
    BufferedReader fast = reader(viewer());
    int seen = next(fast);
    while (seen < 5) {
      seen = next(fast);
    }
    BufferedReader late = reader(slow);
    int first = next(late);
    int second = next(late);
    // What was made while it slept passed it by: one was on its way, and the next is a new one.
    assertThat(first).isLessThan(3);
    assertThat(second).isGreaterThanOrEqualTo(5);
  }

  @Test
  void tooManyViewersAreSentAway() throws Exception {
    for (int k = 0; k < LiveFeed.MAX_VIEWERS; k++) {
      viewer();
    }
    await().until(() -> feed.viewers() == LiveFeed.MAX_VIEWERS);
    BufferedReader refused = reader(viewer());
    assertThat(refused.readLine()).contains("503");
    assertThat(refused.lines().takeWhile(line -> !line.isEmpty())).contains("retry-after: 10");
    sockets.get(0).close();
    await().until(() -> feed.viewers() < LiveFeed.MAX_VIEWERS);
    assertThat(reader(viewer()).readLine()).contains("200");
  }

  @Test
  void closingEndsAllFeeds() throws Exception {
    BufferedReader reader = reader(viewer());
    next(reader);
    feed.close();
    assertThat(reader.lines().anyMatch("0"::equals)).isTrue();
    await().until(() -> feed.viewers() == 0);
  }
}
