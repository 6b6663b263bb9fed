package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.vertx.grpc.server.Service;
import io.vertx.grpc.server.ServiceBuilder;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.v1.EnsembleProto;
import org.fieldstream.v1.PushResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Back-pressure of methods that take a stream of messages, with a receiver that waits. */
class ClientStreamsTest {
  private static final ServiceName NAME = ServiceName.create("fieldstream.v1.EnsembleService");
  private static final int MESSAGE = 1 << 20;

  private final Vertx vertx = Vertx.vertx();
  private final Semaphore gate = new Semaphore(0);
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger closed = new AtomicInteger();
  private final SimpleMeterRegistry calls = new SimpleMeterRegistry();
  private final Queue<Throwable> unhandled = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> broken = new ConcurrentLinkedQueue<>();
  private int port;

  @BeforeEach
  void start() {
    vertx.exceptionHandler(unhandled::add);
    PacedRequests.Current current = new PacedRequests.Current();
    ServiceBuilder service =
        Service.service(NAME, EnsembleProto.getDescriptor().findServiceByName("EnsembleService"));
    ClientStreams.bind(
        service,
        NAME,
        "Push",
        GrpcMessageEncoder.<PushResponse>encoder(),
        vertx,
        vertx.createSharedWorkerExecutor("test", 2),
        new FieldstreamMeters(calls),
        current,
        Waiting::new);
    GrpcServer grpc =
        GrpcServer.server(vertx, new GrpcServerOptions().setMaxMessageSize(4L * MESSAGE));
    grpc.addService(service.build());
    HttpServer server =
        TestServer.await(
            vertx
                .createHttpServer()
                .connectionHandler(connection -> connection.exceptionHandler(broken::add))
                .requestHandler(new PacedRequests(grpc, current))
                .listen(0, "127.0.0.1"));
    port = server.actualPort();
  }

  @AfterEach
  void stop() {
    gate.release(1000);
    TestServer.await(vertx.close());
    assertThat(unhandled).as("exceptions that nobody handled").isEmpty();
  }

  /** Takes a message for each permit. */
  private final class Waiting implements ClientStreams.Receiver<PushResponse> {
    @Override
    public void take(byte[] message) {
      gate.acquireUninterruptibly();
      bytes.addAndGet(message.length);
      taken.incrementAndGet();
    }

    @Override
    public PushResponse answer() {
      return PushResponse.newBuilder().setReceived(taken.get()).build();
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  /** A call that sends messages as fast as they go. */
  private final class Sender {
    private final AtomicInteger sent = new AtomicInteger();
    private final Promise<GrpcStatus> end = Promise.promise();
    private final GrpcClientRequest<Buffer, Buffer> request;

    private Sender(int messages, int size) {
      this(IntStream.range(0, messages).map(m -> size).toArray());
    }

    private Sender(int[] sizes) {
      ServiceMethod<Buffer, Buffer> method =
          ServiceMethod.client(
              NAME, "Push", GrpcMessageEncoder.IDENTITY, GrpcMessageDecoder.IDENTITY);
      request =
          TestServer.await(
              GrpcClient.client(
                      vertx,
                      new GrpcClientOptions(),
                      // As all clients of gRPC, and not by an upgrade from HTTP/1.1.
                      new HttpClientOptions().setHttp2ClearTextUpgrade(false))
                  .request(SocketAddress.inetSocketAddress(port, "127.0.0.1"), method));
      request
          .response()
          .onSuccess(r -> r.endHandler(v -> end.tryComplete(r.status())))
          .onFailure(end::tryFail);
      Future<Void> written = Future.succeededFuture();
      for (int size : sizes) {
        written =
            written
                .compose(v -> request.write(Buffer.buffer(new byte[size])))
                .onSuccess(v -> sent.incrementAndGet());
      }
      written.onSuccess(v -> request.end());
    }

    /**
     * Waits until so many messages are taken, and says what became of the call where they are not.
     */
    private void untilTaken(int messages) {
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () ->
                  assertThat(taken.get())
                      .as("taken; sent %s, end %s, connections %s", sent, end.future(), broken)
                      .isEqualTo(messages));
    }
  }

  @Test
  void aSenderOfLargeMessagesWaitsForTheReceiver() {
    Sender sender = new Sender(24, MESSAGE);
    // One at work, one read ahead, one in the windows; not Vert.x's sixteen.
    await()
        .during(Duration.ofMillis(500))
        .atMost(Duration.ofMinutes(1))
        .until(() -> sender.sent.get() <= 3);
    gate.release(4);
    sender.untilTaken(4);
    await()
        .during(Duration.ofMillis(300))
        .atMost(Duration.ofMinutes(1))
        .until(() -> sender.sent.get() <= 7);
    gate.release(1000);
    assertThat(TestServer.await(sender.end.future())).isEqualTo(GrpcStatus.OK);
    assertThat(bytes.get()).isEqualTo(24L * MESSAGE);
    await().atMost(Duration.ofMinutes(1)).until(() -> closed.get() == 1);
  }

  @Test
  void manySmallMessagesAllArrive() {
    gate.release(100_000);
    Sender sender = new Sender(3000, 700);
    assertThat(TestServer.await(sender.end.future())).isEqualTo(GrpcStatus.OK);
    assertThat(taken.get()).isEqualTo(3000);
    assertThat(bytes.get()).isEqualTo(3000L * 700);
  }

  /** The body is read to its end while two of its messages wait to be taken. */
  @Test
  void messagesThatWaitWhereTheBodyHasEndedAreTaken() {
    Sender sender = new Sender(new int[] {10, 600_000, 480_000});
    await().atMost(Duration.ofMinutes(1)).until(() -> gate.hasQueuedThreads());
    await()
        .during(Duration.ofMillis(300))
        .atMost(Duration.ofMinutes(1))
        .until(() -> sender.sent.get() >= 2);
    gate.release(1000);
    assertThat(TestServer.await(sender.end.future())).isEqualTo(GrpcStatus.OK);
    assertThat(taken.get()).isEqualTo(3);
    assertThat(bytes.get()).isEqualTo(1_080_010L);
  }

  @Test
  void aCancelledCallClosesItsReceiver() {
    Sender sender = new Sender(8, MESSAGE);
    gate.release(1);
    await().atMost(Duration.ofMinutes(1)).until(() -> taken.get() == 1 && gate.hasQueuedThreads());
    sender.request.cancel();
    // The second message is being taken when the server learns of it.
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                calls.find("fieldstream.call.duration").tag("status", "CANCELLED").timer() != null);
    assertThat(taken.get()).isEqualTo(1);
    gate.release(1000);
    await().atMost(Duration.ofMinutes(1)).until(() -> closed.get() == 1);
  }
}
