package org.fieldstream.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.fieldstream.client.sdk.EnsemblePush;
import org.fieldstream.client.sdk.FieldstreamClient;
import org.fieldstream.server.testing.ServerProgram;
import org.fieldstream.v1.ConfigurationBatch;
import org.fieldstream.v1.EnsembleHeader;
import org.fieldstream.v1.PushResponse;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program is killed in the middle of pushes: what was acknowledged is there, once. */
class PushKillTest {
  private static final int BATCH = 50;
  private static final int VALUES = 64;

  @TempDir Path data;

  private static EnsembleHeader header() {
    return EnsembleHeader.newBuilder()
        .setEnsemble("live")
        .setTarget(
            Target.newBuilder()
                .setTheory("phi4")
                .addAllExtents(List.of(8, 8))
                .putCouplings("m2", 1)
                .putCouplings("lambda", 0.5))
        .build();
  }

  /** Configurations {@code first} to {@code first + BATCH - 1}, a function of their ids. */
  private static ConfigurationBatch batch(EnsemblePush push, long first) {
    long[] ids = new long[BATCH];
    double[] fields = new double[BATCH * VALUES];
    for (int i = 0; i < BATCH; i++) {
      ids[i] = first + i;
      Random random = new Random(ids[i]);
      for (int x = 0; x < VALUES; x++) {
        fields[i * VALUES + x] = random.nextGaussian();
      }
    }
    return push.batch(0, ids, fields, new double[0]);
  }

  private static PushResponse push(FieldstreamClient client, long first, long end) {
    try (EnsemblePush push = client.push(header())) {
      for (long id = first; id < end; id += BATCH) {
        push.add(batch(push, id));
      }
      return push.finish();
    }
  }

  private ServerProgram program() throws Exception {
    return ServerProgram.serve(
        "--machine", "vector", "--data", data.toString(), "--set", "data.certifyConfigurations=0");
  }

  @Test
  void whatWasAcknowledgedSurvivesSigkill() throws Exception {
    long acknowledged = 0;
    try (ServerProgram program = program();
        FieldstreamClient client = FieldstreamClient.connect("127.0.0.1", program.grpcPort())) {
      for (int pushes = 0; pushes < 5; pushes++) {
        PushResponse answer = push(client, acknowledged, acknowledged + 4 * BATCH);
        acknowledged += 4 * BATCH;
        assertThat(answer.getStored()).isEqualTo(4 * BATCH);
      }
      try (EnsemblePush push = client.push(header())) {
        for (long id = 0; id < 10; id++) {
          push.add(batch(push, acknowledged + id * BATCH));
        }
        assertThat(program.serving().destroyForcibly()).isTrue();
        assertThat(catchThrowable(push::finish)).isNotNull();
      }
      assertThat(program.waitForEnd()).isEqualTo(137);
    }
    try (ServerProgram program = program();
        FieldstreamClient client = FieldstreamClient.connect("127.0.0.1", program.grpcPort())) {
      // All of before is there; what was not acknowledged may be.
      PushResponse before = push(client, 0, acknowledged);
      assertThat(before.getDuplicates()).isEqualTo(acknowledged);
      assertThat(before.getSize()).isBetween(acknowledged, acknowledged + 10 * BATCH);
      PushResponse all = push(client, 0, acknowledged + 10 * BATCH);
      assertThat(all.getRefused()).isZero();
      assertThat(all.getSize()).isEqualTo(acknowledged + 10 * BATCH);
    }
  }
}
