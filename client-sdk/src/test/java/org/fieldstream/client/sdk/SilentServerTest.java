package org.fieldstream.client.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.grpc.common.GrpcStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.fieldstream.client.testing.FakeServer;
import org.fieldstream.client.testing.FakeServer.Plan;
import org.fieldstream.v1.SubscribeRequest;
import org.junit.jupiter.api.Test;

/** Peers that say nothing: no byte tells the client that they are gone. */
class SilentServerTest {
  private static final SubscribeRequest REQUEST =
      SubscribeRequest.newBuilder().setModel("fake").setSeed(2).setCount(700).build();

  private static final RetryPolicy EAGER =
      new RetryPolicy(
          Duration.ofMillis(1),
          Duration.ofMillis(4),
          Duration.ofSeconds(1),
          Duration.ofSeconds(20));

  @Test
  void aPeerThatNeverAnswersIsGivenUp() throws IOException {
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        FieldstreamClient client = client(mute.getLocalPort());
        BatchIterator batches = client.iterate(REQUEST)) {
      FieldstreamException failure =
          catchThrowableOfType(FieldstreamException.class, batches::hasNext);
      assertThat(failure.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
      assertThat(failure).hasMessageContaining("no answer");
      assertThatThrownBy(() -> client.getModel("fake").join())
          .cause()
          .isInstanceOf(FieldstreamException.class)
          .hasMessageContaining("no answer");
    }
  }

  @Test
  void aConnectionThatGoesSilentIsReplacedAndTheStreamResumed() throws Exception {
    try (FakeServer server = new FakeServer(call -> Plan.serve().every(1));
        Relay relay = new Relay(server.port());
        FieldstreamClient client = client(relay.port())) {
      int received = 0;
      long next = 0;
      try (BatchIterator batches = client.iterate(REQUEST)) {
        while (batches.hasNext()) {
          ConfigurationBatch batch = batches.next();
          assertThat(batch.firstIndex()).isEqualTo(next);
          next += batch.count();
          if (++received == 10) {
            relay.freeze();
          }
        }
      }
      assertThat(next).isEqualTo(700);
      assertThat(server.calls()).hasSizeGreaterThanOrEqualTo(2);
      assertThat(relay.connections()).isGreaterThanOrEqualTo(2);
    }
  }

  private static FieldstreamClient client(int port) {
    return FieldstreamClient.connect(
        ClientOptions.of("127.0.0.1", port)
            .withCallTimeout(Duration.ofMillis(700))
            .withKeepAlive(Duration.ofMillis(300))
            .withRetry(EAGER));
  }

  /** Passes bytes on, until the present connections are frozen: open, and nothing moves. */
  private static final class Relay implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile AtomicBoolean frozen = new AtomicBoolean();

    Relay(int target) throws IOException {
      this.target = target;
      this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      daemon(this::accept);
    }

    int port() {
      return listener.getLocalPort();
    }

    int connections() {
      return connections.get();
    }

    void freeze() {
      AtomicBoolean present = frozen;
      frozen = new AtomicBoolean();
      present.set(true);
    }

    private void accept() {
      try {
        while (true) {
          Socket from = listener.accept();
          Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
          connections.incrementAndGet();
          sockets.add(from);
          sockets.add(to);
          AtomicBoolean gate = frozen;
          daemon(() -> pass(from, to, gate));
          daemon(() -> pass(to, from, gate));
        }
      } catch (IOException e) {
        assertThat(listener.isClosed()).isTrue();
      }
    }

    private static void pass(Socket from, Socket to, AtomicBoolean gate) {
      byte[] buffer = new byte[1 << 14];
      try (InputStream in = from.getInputStream();
          OutputStream out = to.getOutputStream()) {
        int read = in.read(buffer);
        while (read >= 0) {
          if (!gate.get()) {
            out.write(buffer, 0, read);
            out.flush();
          }
          read = in.read(buffer);
        }
      } catch (IOException e) {
        // One side is gone; the other learns of it by the closing of its streams.
        assertThat(from.isClosed() || to.isClosed() || from.isConnected()).isTrue();
      }
    }

    private static void daemon(Runnable task) {
      Thread thread = new Thread(task, "relay");
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public void close() {
      try {
        listener.close();
        for (Socket socket : sockets) {
          socket.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
