package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.vertx.grpc.common.GrpcStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.chain.ChainModel;
import org.fieldstream.server.generator.exact.ExactModel;
import org.fieldstream.server.testing.AutoregressiveChains;
import org.fieldstream.server.testing.Content;
import org.fieldstream.server.testing.PlaquetteModels;
import org.fieldstream.server.testing.SmallAnnealed;
import org.fieldstream.server.testing.SmallDiffusion;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.StreamClient.Running;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.NoiseLevels;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Configuration i is a function of (model, target, seed, i): not of batching, company or breaks.
 */
final class DeterminismTest {
  private static final int COUNT = 500;

  private final Map<House, TestServer> servers = new EnumMap<>(House.class);
  private final Map<House, StreamClient> clients = new EnumMap<>(House.class);

  @AfterEach
  void stop() {
    clients.values().forEach(StreamClient::close);
    servers.values().forEach(TestServer::close);
  }

  private TestServer server(Kind kind) {
    return servers.computeIfAbsent(kind.house, House::server);
  }

  private StreamClient client(Kind kind) {
    return clients.computeIfAbsent(kind.house, house -> server(kind).client());
  }

  /** Where streams come from. */
  private enum House {
    /** Models that compute by themselves. */
    FAKES {
      @Override
      TestServer server() {
        return TestServer.start(
            new UniformDraws("gauss-4x4", List.of(4, 4), 0.5, 32),
            new AutoregressiveChains(6, Exactness.METROPOLIS));
      }
    },
    /** The generators of gauge theory. */
    GAUGE {
      @Override
      TestServer server() {
        return TestServer.start(
            MachineLineup.only(new VectorMachine(2)),
            new ExactModel(),
            ChainModel.hmc(),
            ChainModel.local(),
            PlaquetteModels.untrained("plaquette", 4, 4, 2));
      }
    },
    /** What is annealed level by level, adjusted and not. */
    ANNEALING {
      @Override
      TestServer server() {
        return TestServer.start(
            MachineLineup.only(new VectorMachine(2)), SmallAnnealed.both().toArray(Model[]::new));
      }
    },
    /** Diffusion models of phi^4 in both phases, flow and annealed. */
    DIFFUSION {
      @Override
      TestServer server() {
        return TestServer.start(
            MachineLineup.only(new VectorMachine(2)),
            SmallDiffusion.models().toArray(Model[]::new));
      }
    };

    abstract TestServer server();
  }

  /** What a stream is asked for; each line is a kind of stream. */
  enum Kind {
    METROPOLIS(House.FAKES, 1),
    REWEIGHT(House.FAKES, 1),
    RAW(House.FAKES, 1),
    CHAIN(House.FAKES, 1),
    EXACT(House.GAUGE, 2),
    HMC(House.GAUGE, 2),
    LOCAL(House.GAUGE, 2),
    PLAQUETTE(House.GAUGE, 2),
    ANNEALED(House.ANNEALING, 2),
    ANNEALED_LANGEVIN(House.ANNEALING, 2),
    DIFFUSION(House.DIFFUSION, 1),
    DIFFUSION_BROKEN(House.DIFFUSION, 1),
    DIFFUSION_MAALA(House.DIFFUSION, 1),
    DIFFUSION_LANGEVIN(House.DIFFUSION, 1),
    DIFFUSION_BROKEN_MAALA(House.DIFFUSION, 1),
    /** A Metropolis chain that shows how its states came out of noise. */
    DENOISING(House.DIFFUSION, 1),
    DENOISING_REWEIGHT(House.DIFFUSION, 1),
    DENOISING_BROKEN(House.DIFFUSION, 1);

    private final House house;
    private final int components;

    Kind(House house, int components) {
      this.house = house;
      this.components = components;
    }

    SubscribeRequest.Builder request() {
      SubscribeRequest.Builder request = SubscribeRequest.newBuilder().setSeed(-7).setCount(COUNT);
      if (house == House.GAUGE || house == House.ANNEALING) {
        return request
            .setModel(name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .addObservables("charge")
            .setTarget(
                Target.newBuilder()
                    .setTheory("u1")
                    .addExtents(4)
                    .addExtents(4)
                    .putCouplings("beta", house == House.GAUGE ? 2 : 0.5));
      }
      request.addObservables("m");
      if (house == House.DIFFUSION) {
        boolean watched = name().startsWith("DENOISING");
        request.setModel(
            "small-"
                + name()
                    .toLowerCase(Locale.ROOT)
                    .replace("denoising", "diffusion")
                    .replace("_reweight", "")
                    .replace('_', '-'));
        if (this == DENOISING_REWEIGHT) {
          request.setExactness(org.fieldstream.v1.Exactness.EXACTNESS_REWEIGHT);
        }
        return watched ? request.setDenoising(NoiseLevels.newBuilder().setCount(5)) : request;
      }
      if (this == CHAIN) {
        return request
            .setModel("ar")
            .setTarget(Target.newBuilder().setTheory("gauss").addExtents(4).addExtents(4));
      }
      return request
          .setModel("gauss-4x4")
          .setExactness(org.fieldstream.v1.Exactness.valueOf("EXACTNESS_" + name()));
    }
  }

  private static Content content(StreamClient client, SubscribeRequest request) {
    Outcome<SubscribeResponse> outcome = client.collect(request);
    assertThat(outcome.status()).as(outcome.message()).isEqualTo(GrpcStatus.OK);
    return Content.of(outcome.messages());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void batchSizeChangesNothing(Kind kind) {
    Content whole = content(client(kind), kind.request().build());
    assertThat(whole.action()).hasSize(COUNT);
    assertThat(whole.fields().size()).isEqualTo(COUNT * kind.components * 16 * 4);
    int levels = kind.request().getDenoising().getCount();
    assertThat(whole.denoising().size()).isEqualTo(COUNT * levels * 16 * 4);
    for (int batch : new int[] {1, 7, 64}) {
      assertThat(content(client(kind), kind.request().setBatchSize(batch).build()))
          .isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void companyChangesNothing(Kind kind) {
    Content alone = content(client(kind), kind.request().setBatchSize(7).build());
    List<Kind> kinds = Arrays.stream(Kind.values()).filter(k -> k.house == kind.house).toList();
    try (StreamClient company = server(kind).client()) {
      List<Running> others = new ArrayList<>();
      for (int k = 0; k < 20; k++) {
        others.add(
            company.subscribe(
                kinds
                    .get(k % kinds.size())
                    .request()
                    .setSeed(k)
                    .setBatchSize(100 + k)
                    .setCount(0)
                    .build()));
      }
      Content beside = content(client(kind), kind.request().setBatchSize(7).build());
      assertThat(others).allSatisfy(other -> assertThat(other.hasEnded()).isFalse());
      assertThat(beside).isEqualTo(alone);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void resumesAtAnyMessageOnANewServer(Kind kind) {
    Outcome<SubscribeResponse> whole = client(kind).collect(kind.request().setBatchSize(1).build());
    Content expected = Content.of(whole.messages());
    try (TestServer other = kind.house.server();
        StreamClient second = other.client()) {
      for (int at : new int[] {0, 1, 5, 6, 250, COUNT - 2}) {
        SubscribeRequest rest =
            kind.request()
                .setBatchSize(33)
                .setResumeToken(whole.messages().get(at).getResumeToken())
                .build();
        Outcome<SubscribeResponse> resumed = second.collect(rest);
        assertThat(resumed.status()).isEqualTo(GrpcStatus.OK);
        assertThat(resumed.messages().get(0).getFirstIndex()).isEqualTo(at + 1);
        List<SubscribeResponse> joined = new ArrayList<>(whole.messages().subList(0, at + 1));
        joined.addAll(resumed.messages());
        assertThat(Content.of(joined)).isEqualTo(expected);
      }
    }
  }

  @Test
  void resumingAFinishedStreamSendsNothing() {
    Outcome<SubscribeResponse> whole =
        client(Kind.METROPOLIS).collect(Kind.METROPOLIS.request().build());
    ByteString last = whole.messages().get(whole.messages().size() - 1).getResumeToken();
    Outcome<SubscribeResponse> resumed =
        client(Kind.METROPOLIS).collect(Kind.METROPOLIS.request().setResumeToken(last).build());
    assertThat(resumed.status()).isEqualTo(GrpcStatus.OK);
    assertThat(resumed.messages()).isEmpty();
  }

  @Test
  void seedsAndLanesAreIndependent() {
    Content one = content(client(Kind.REWEIGHT), Kind.REWEIGHT.request().setSeed(1).build());
    Content two = content(client(Kind.REWEIGHT), Kind.REWEIGHT.request().setSeed(2).build());
    assertThat(one.fields()).isNotEqualTo(two.fields());
  }
}
