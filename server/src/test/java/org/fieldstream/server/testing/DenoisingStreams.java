package org.fieldstream.server.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.grpc.common.GrpcStatus;
import java.util.List;
import java.util.function.UnaryOperator;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.config.FieldstreamConfig;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.NoiseLevels;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;

/** Streams of {@link SmallDiffusion}, which may bring the way out of noise. */
public final class DenoisingStreams {
  /** Levels of noise of the model: before and after each of four steps. */
  public static final int LEVELS = 5;

  /** Sites of its lattice. */
  public static final int SITES = 16;

  /** Configurations of a stream. */
  public static final int COUNT = 200;

  private DenoisingStreams() {}

  /** A server of the model. */
  public static TestServer server(UnaryOperator<FieldstreamConfig> change) {
    return TestServer.start(
        change, MachineLineup.only(new VectorMachine(1)), SmallDiffusion.model());
  }

  /** A stream without levels of noise. */
  public static SubscribeRequest.Builder plain(Exactness exactness) {
    return plain(SmallDiffusion.ID, exactness).addObservables("m");
  }

  /** The same of another model. */
  public static SubscribeRequest.Builder plain(String model, Exactness exactness) {
    return SubscribeRequest.newBuilder()
        .setModel(model)
        .setExactness(exactness)
        .setSeed(11)
        .setCount(COUNT);
  }

  /** So many levels of noise. */
  public static NoiseLevels levels(int count) {
    return NoiseLevels.newBuilder().setCount(count).build();
  }

  /** Levels of noise of about these strengths. */
  public static NoiseLevels sigmas(Double... sigmas) {
    return NoiseLevels.newBuilder().addAllSigmas(List.of(sigmas)).build();
  }

  /** The messages of a stream that ends well. */
  public static List<SubscribeResponse> messages(StreamClient of, SubscribeRequest request) {
    Outcome<SubscribeResponse> outcome = of.collect(request);
    assertThat(outcome.status()).as(outcome.message()).isEqualTo(GrpcStatus.OK);
    return outcome.messages();
  }
}
