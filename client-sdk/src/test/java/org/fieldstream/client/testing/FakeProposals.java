package org.fieldstream.client.testing;

import com.google.protobuf.ByteString;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.ProposalAsk;
import org.fieldstream.v1.ProposalSession;
import org.fieldstream.v1.ProposeRequest;
import org.fieldstream.v1.ProposeResponse;
import org.fieldstream.v1.SamplerServiceGrpcService;
import org.fieldstream.v1.StateDensity;

/**
 * A server of proposals of four standard normals, those of {@link FakeStream}; it ends a session at
 * an ask for 13 with a refusal, and does not answer one for 99.
 */
public final class FakeProposals implements AutoCloseable {
  private static final int SITES = 4;

  private final Vertx vertx = Vertx.vertx();
  private final int port;
  private final UnaryOperator<ProposeResponse> change;
  private final List<ProposeRequest> requests = new CopyOnWriteArrayList<>();

  /** A server that changes each answer on its way. */
  public FakeProposals(UnaryOperator<ProposeResponse> change) throws Exception {
    this.change = change;
    GrpcServer grpc = GrpcServer.server(vertx);
    grpc.callHandler(SamplerServiceGrpcService.Propose, this::propose);
    port =
        vertx
            .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
            .requestHandler(grpc)
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)
            .actualPort();
  }

  public int port() {
    return port;
  }

  /** All requests so far. */
  public List<ProposeRequest> requests() {
    return List.copyOf(requests);
  }

  private void propose(GrpcServerRequest<ProposeRequest, ProposeResponse> call) {
    long[] next = {0};
    ProposalSession[] session = {ProposalSession.getDefaultInstance()};
    call.handler(
        request -> {
          requests.add(request);
          if (request.hasSession()) {
            session[0] = request.getSession();
            next[0] = session[0].getFirstIndex();
          } else if (request.hasAsk() && request.getAsk().getCount() == 13) {
            call.response()
                .status(GrpcStatus.INVALID_ARGUMENT)
                .statusMessage("ask.count: 13")
                .end();
          } else if (request.hasAsk() && request.getAsk().getCount() != 99) {
            ProposalAsk ask = request.getAsk();
            call.response().write(change.apply(answer(session[0], ask, next[0])));
            next[0] += ask.getCount();
          }
        });
    call.endHandler(v -> call.response().end());
  }

  private static ProposeResponse answer(ProposalSession session, ProposalAsk ask, long first) {
    int n = ask.getCount();
    boolean wide = session.getDtype() == DType.DTYPE_FLOAT64;
    ByteBuffer bytes =
        ByteBuffer.allocate(n * SITES * (wide ? 8 : 4)).order(ByteOrder.LITTLE_ENDIAN);
    ProposeResponse.Builder answer =
        ProposeResponse.newBuilder()
            .setFirstIndex(first)
            .setCount(n)
            .addAllShape(List.of(n, 1, 2, 2))
            .setDtype(wide ? DType.DTYPE_FLOAT64 : DType.DTYPE_FLOAT32)
            .setModelDigest(FakeStream.DIGEST)
            .setJudgedTotal(3)
            .setAcceptedTotal(2);
    for (int i = 0; i < n; i++) {
      double square = 0;
      for (double phi : FakeStream.field(session.getSeed(), first + i, SITES)) {
        square += phi * phi;
        if (wide) {
          bytes.putDouble(phi);
        } else {
          bytes.putFloat((float) phi);
        }
      }
      answer.addAction(square).addLogQ(-square / 2);
    }
    if (ask.hasCurrent()) {
      answer.setCurrent(StateDensity.newBuilder().setAction(7).setLogQ(-8));
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes.array());
    return answer
        .setCrc32C((int) crc.getValue())
        .setFields(ByteString.copyFrom(bytes.array()))
        .build();
  }

  @Override
  public void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
