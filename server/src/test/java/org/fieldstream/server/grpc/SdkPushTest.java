package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.grpc.common.GrpcStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.fieldstream.client.sdk.EnsemblePush;
import org.fieldstream.client.sdk.FieldstreamClient;
import org.fieldstream.client.sdk.FieldstreamException;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.EnsembleHeader;
import org.fieldstream.v1.PushResponse;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java SDK pushes into a real server. */
class SdkPushTest {
  @TempDir Path data;
  private TestServer server;
  private FieldstreamClient client;

  @BeforeEach
  void start() {
    server =
        TestServer.start(
            TestServer.data(data, 0), new UniformDraws("uniform", List.of(4, 4), 0, 8));
    client = FieldstreamClient.connect("127.0.0.1", server.server().grpcPort());
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private static EnsembleHeader header() {
    return EnsembleHeader.newBuilder()
        .setEnsemble("live")
        .setTarget(Target.newBuilder().setTheory("gauss").addExtents(4).addExtents(4))
        .setDtype(DType.DTYPE_FLOAT64)
        .setGenerator("test")
        .build();
  }

  private static double[] field(long id) {
    return new Random(id).doubles(16, -1, 1).toArray();
  }

  private static double action(double[] field) {
    double sum = 0;
    for (double phi : field) {
      sum += phi * phi / 2;
    }
    return sum;
  }

  @Test
  void pushesOneByOne() {
    for (int time = 0; time < 2; time++) {
      try (EnsemblePush push = client.push(header())) {
        for (long id = 0; id < 300; id++) {
          push.add(1, id, field(id), action(field(id)));
        }
        PushResponse answer = push.finish();
        assertThat(answer.getStored()).isEqualTo(time == 0 ? 300 : 0);
        assertThat(answer.getDuplicates()).isEqualTo(time == 0 ? 0 : 300);
        assertThat(answer.getSize()).isEqualTo(300);
        assertThat(answer.getWorstActionDeviation()).isLessThan(1e-14);
        assertThat(answer.getEstimatesOrThrow("phi2").getCount()).isEqualTo(300);
      }
    }
  }

  @Test
  void aRefusalOfTheCallReachesWhoSends() {
    try (EnsemblePush push = client.push(header().toBuilder().setEnsemble("no name").build())) {
      assertThatThrownBy(
              () -> {
                for (long id = 0; id < 1_000_000; id++) {
                  push.add(0, id, field(1), 0);
                }
              })
          .isInstanceOfSatisfying(
              FieldstreamException.class,
              e -> {
                assertThat(e.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
                assertThat(e.field()).isEqualTo("ensemble");
              });
    }
  }

  @Test
  void aServerThatIsNotThereIsTold() {
    server.close();
    try (EnsemblePush push = client.push(header())) {
      assertThatThrownBy(push::finish)
          .isInstanceOfSatisfying(
              FieldstreamException.class,
              e -> assertThat(e.status()).isEqualTo(GrpcStatus.UNAVAILABLE));
    }
  }

  @Test
  void whatIsNotFinishedIsPushedAgain() {
    try (EnsemblePush push = client.push(header())) {
      push.add(0, 0, field(0), action(field(0)));
    }
    try (EnsemblePush push = client.push(header())) {
      push.add(0, 0, field(0), action(field(0)));
      push.add(0, 1, field(1), action(field(1)));
      PushResponse answer = push.finish();
      assertThat(answer.getStored() + answer.getDuplicates()).isEqualTo(2);
      assertThat(answer.getSize()).isEqualTo(2);
    }
  }
}
