package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.StreamKind;
import org.fieldstream.server.testing.StreamKind.House;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.NoiseLevels;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a client gets wrong is told by status, field and remedy, whatever the generator; {@link
 * BadInputTest} has the sentences.
 */
final class GeneratorBadInputTest {
  private static final Map<House, TestServer> SERVERS = new EnumMap<>(House.class);
  private static final Map<House, StreamClient> CLIENTS = new EnumMap<>(House.class);

  @AfterAll
  static void stop() {
    CLIENTS.values().forEach(StreamClient::close);
    SERVERS.values().forEach(TestServer::close);
    CLIENTS.clear();
    SERVERS.clear();
  }

  private static StreamClient client(StreamKind kind) {
    return CLIENTS.computeIfAbsent(
        kind.house(), house -> SERVERS.computeIfAbsent(house, House::server).client());
  }

  /** What is wrong with a request, and the field at fault. */
  private record Wrong(String field, Consumer<SubscribeRequest.Builder> change) {}

  private static Wrong target(String field, Consumer<Target.Builder> change) {
    return new Wrong("target." + field, request -> change.accept(request.getTargetBuilder()));
  }

  private static List<Wrong> wrongs(StreamKind kind, ByteString token) {
    List<Wrong> wrongs =
        new ArrayList<>(
            List.of(
                target("theory", t -> t.setTheory("phi5")),
                target("extents", t -> t.clearExtents().addExtents(4).addExtents(0)),
                target("extents", t -> t.setExtents(1, -1)),
                target("extents", t -> t.setExtents(0, 65_536).setExtents(1, 65_536)),
                target("couplings.g", t -> t.putCouplings("g", 1)),
                target(
                    "couplings." + coupling(kind), t -> t.putCouplings(coupling(kind), Double.NaN)),
                target(
                    "couplings." + coupling(kind),
                    t -> t.putCouplings(coupling(kind), Double.NEGATIVE_INFINITY)),
                new Wrong("observables", r -> r.addObservables("phi3")),
                new Wrong("observables", r -> r.addObservables(r.getObservables(0))),
                new Wrong("exactness", r -> r.setExactness(missing(kind.model()))),
                new Wrong("exactness", r -> r.setExactnessValue(77)),
                new Wrong("dtype", r -> r.setDtypeValue(9)),
                new Wrong("count", r -> r.setCount(-1)),
                new Wrong("batch_size", r -> r.setBatchSize(-1)),
                new Wrong("resume_token", r -> r.setResumeToken(token.substring(1))),
                new Wrong("resume_token", r -> r.setResumeToken(token).setSeed(8)),
                new Wrong("resume_token", r -> r.setResumeToken(token).setCount(1))));
    NoiseLevels one = NoiseLevels.newBuilder().setCount(1).build();
    boolean noisy =
        kind.model() instanceof Model.Draws draws
            && draws.target() != null
            && draws.noiseLevels(draws.target()).length > 0;
    wrongs.add(new Wrong(noisy ? "denoising.count" : "denoising", r -> r.setDenoising(one)));
    wrongs.add(
        kind.model().target() == null
            ? new Wrong("target.theory", SubscribeRequest.Builder::clearTarget)
            : target("theory", t -> t.setTheory(other(kind))));
    return wrongs;
  }

  private static String coupling(StreamKind kind) {
    return kind.house() == House.GAUGE ? "beta" : "kappa";
  }

  private static String other(StreamKind kind) {
    return kind.house() == House.GAUGE ? "phi4" : "u1";
  }

  /** No generator has all kinds of exactness. */
  private static Exactness missing(Model model) {
    for (org.fieldstream.server.generator.Exactness kind :
        org.fieldstream.server.generator.Exactness.values()) {
      if (!model.exactness().contains(kind)) {
        return Exactness.valueOf("EXACTNESS_" + kind.name());
      }
    }
    throw new AssertionError(model.id());
  }

  @ParameterizedTest
  @EnumSource(StreamKind.class)
  void isTold(StreamKind kind) throws InvalidProtocolBufferException {
    StreamClient client = client(kind);
    SubscribeRequest good = kind.request().setCount(5).setBatchSize(2).build();
    Outcome<SubscribeResponse> served = client.collect(good);
    assertThat(served.status()).as(served.message()).isEqualTo(GrpcStatus.OK);
    for (Wrong wrong : wrongs(kind, served.messages().get(1).getResumeToken())) {
      SubscribeRequest.Builder request = good.toBuilder();
      wrong.change().accept(request);
      Outcome<SubscribeResponse> outcome = client.collect(request.build());
      assertThat(outcome.messages()).as("%s", request).isEmpty();
      assertThat(outcome.status())
          .as("%s: %s", wrong.field(), outcome.message())
          .isIn(GrpcStatus.INVALID_ARGUMENT, GrpcStatus.FAILED_PRECONDITION);
      assertThat(outcome.message())
          .startsWith(wrong.field().replace("target.", "") + ": ")
          .contains(" (expected: ")
          .endsWith(")")
          .doesNotContain("Exception", "org.fieldstream", "\n");
      assertThat(outcome.details()).isNotNull();
      assertThat(outcome.details().getDetailsList())
          .filteredOn(detail -> detail.is(BadRequest.class))
          .singleElement()
          .satisfies(
              detail ->
                  assertThat(detail.unpack(BadRequest.class).getFieldViolations(0).getField())
                      .isEqualTo(wrong.field()));
    }
    // And goes on serving.
    assertThat(client.collect(good).status()).isEqualTo(GrpcStatus.OK);
  }
}
