package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.grpc.common.GrpcStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.GammaMethod;
import org.fieldstream.server.ensemble.EnsembleStore;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.theory.Theories;
import org.fieldstream.server.theory.U1;
import org.fieldstream.server.training.TrainingJob;
import org.fieldstream.server.training.TrainingListener;
import org.fieldstream.v1.ConfigurationBatch;
import org.fieldstream.v1.DeleteModelRequest;
import org.fieldstream.v1.DeleteModelResponse;
import org.fieldstream.v1.EnsembleHeader;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.ListModelsRequest;
import org.fieldstream.v1.ListModelsResponse;
import org.fieldstream.v1.Model;
import org.fieldstream.v1.PushRequest;
import org.fieldstream.v1.PushResponse;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.fieldstream.v1.Target;
import org.fieldstream.v1.TrainModelRequest;
import org.fieldstream.v1.TrainModelResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a pushed ensemble to a stream of the diffusion model that learned from it; U(1) flows. */
@Timeout(300)
class TrainDiffusionTest {
  private static final String MODELS = "fieldstream.v1.ModelService";
  private static final double SIGMAS = 4;

  private static final Target FIELDS =
      Target.newBuilder()
          .setTheory("phi4")
          .addAllExtents(List.of(4, 4))
          .putCouplings("m2", 1)
          .putCouplings("lambda", 0.5)
          .build();

  private static final Target LINKS =
      Target.newBuilder()
          .setTheory("u1")
          .addAllExtents(List.of(4, 4))
          .putCouplings("beta", 1)
          .build();

  @TempDir Path data;
  private TestServer server;
  private StreamClient client;

  @BeforeEach
  void start() {
    server =
        TestServer.start(
            TestServer.data(data, 0),
            MachineLineup.only(new VectorMachine(2)),
            ModelStore.load(data));
    client = server.client();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private List<SubscribeResponse> stream(
      String model, Target target, Exactness exactness, int count) {
    Outcome<SubscribeResponse> stream =
        client.collect(
            SubscribeRequest.newBuilder()
                .setModel(model)
                .setTarget(target)
                .setExactness(exactness)
                .setSeed(7)
                .setCount(count)
                .setBatchSize(500)
                .addAllObservables(
                    target.getTheory().equals("u1") ? List.of("plaquette") : List.of("phi2"))
                .build());
    assertThat(stream.status()).as(stream.message()).isEqualTo(GrpcStatus.OK);
    return stream.messages();
  }

  /** Pushes what a model streams; returns it. */
  private List<SubscribeResponse> push(String name, String model, Target target, int count) {
    List<SubscribeResponse> made = stream(model, target, Exactness.EXACTNESS_METROPOLIS, count);
    List<PushRequest> parts = new ArrayList<>();
    parts.add(
        PushRequest.newBuilder()
            .setHeader(EnsembleHeader.newBuilder().setEnsemble(name).setTarget(target))
            .build());
    for (SubscribeResponse from : made) {
      ConfigurationBatch.Builder batch =
          ConfigurationBatch.newBuilder()
              .addAllShape(from.getShapeList())
              .setCrc32C(from.getCrc32C())
              .setFields(from.getFields())
              .addAllAction(from.getActionList());
      for (int i = 0; i < from.getCount(); i++) {
        batch.addConfigurationIds(from.getFirstIndex() + i);
      }
      parts.add(PushRequest.newBuilder().setBatch(batch).build());
    }
    Outcome<PushResponse> pushed =
        client.clientStream(
            "fieldstream.v1.EnsembleService", "Push", parts, PushResponse.getDefaultInstance());
    assertThat(pushed.status()).as(pushed.message()).isEqualTo(GrpcStatus.OK);
    assertThat(pushed.messages().get(0).getStored()).isEqualTo(count);
    return made;
  }

  private static TrainModelRequest.Builder request(Target target, Map<String, Double> settings) {
    return TrainModelRequest.newBuilder()
        .setModel("mine")
        .setGenerator("diffusion")
        .setTarget(target)
        .setSeed(3)
        .setEnsemble("run")
        .putAllSettings(settings)
        .putFacts("asked by", "a test");
  }

  private Outcome<TrainModelResponse> train(TrainModelRequest.Builder request) {
    return client.call(
        MODELS, "TrainModel", request.build(), TrainModelResponse.getDefaultInstance());
  }

  private Model trained(TrainModelRequest.Builder request) {
    Outcome<TrainModelResponse> outcome = train(request);
    assertThat(outcome.status()).as(outcome.message()).isEqualTo(GrpcStatus.OK);
    List<TrainModelResponse> told = outcome.messages();
    TrainModelResponse last = told.get(told.size() - 1);
    assertThat(told.subList(0, told.size() - 1)).noneMatch(TrainModelResponse::hasModel);
    assertThat(last.getSteps()).isPositive();
    assertThat(last.getStep()).isEqualTo(last.getSteps());
    assertThat(last.getModel().getFactsOrThrow("asked by")).isEqualTo("a test");
    assertThat(data.resolve("training/mine")).doesNotExist();
    return last.getModel();
  }

  private List<String> ids() {
    return client
        .call(
            MODELS,
            "ListModels",
            ListModelsRequest.getDefaultInstance(),
            ListModelsResponse.getDefaultInstance())
        .messages()
        .get(0)
        .getModelsList()
        .stream()
        .map(Model::getId)
        .toList();
  }

  private static Estimate mean(List<SubscribeResponse> messages, String observable) {
    return new GammaMethod()
        .mean(
            messages.stream()
                .flatMap(m -> m.getObservablesOrThrow(observable).getValuesList().stream())
                .mapToDouble(Double::doubleValue)
                .toArray());
  }

  @Test
  void aModelOfFieldsLearnsFromWhatWasPushed() {
    List<SubscribeResponse> pushed = push("run", "cluster", FIELDS, 6400);
    Model model =
        trained(
            request(
                FIELDS,
                Map.of("levels", 12.0, "noise_modes", 6.0, "sines", 2.0, "samples", 2000.0)));
    assertThat(model.getGenerator()).isEqualTo("diffusion");
    assertThat(model.getTraining().getEnsemble()).isEqualTo("run");
    assertThat(model.getTraining().getCommand())
        .isEqualTo(
            "train --id mine --theory phi4 --extents 4x4 --coupling lambda=0.5 --coupling m2=1.0"
                + " --form diffusion --ensemble run --configurations 6400 --noise-modes 6"
                + " --levels 12 --passes 1 --ridge 1.0E-5 --samples 2000 --seed 3 --widths 0.5,1 --sines 2 --noise 3.0"
                + " --spacing 1.0");
    assertThat(model.getQuality().getSampleCount()).isEqualTo(2000);
    assertThat(model.getQuality().getEssFraction()).isGreaterThan(0.8);
    assertThat(ids()).contains("mine", "mine-maala", "mine-langevin");

    // Exact whatever it learned: as the ensemble says, within the errors of both.
    Estimate true2 = mean(pushed, "phi2");
    for (String id : List.of("mine", "mine-maala")) {
      Estimate drawn = mean(stream(id, FIELDS, Exactness.EXACTNESS_METROPOLIS, 4000), "phi2");
      assertThat(drawn.sigmasFrom(true2.mean(), true2.error())).as(id).isBetween(-SIGMAS, SIGMAS);
    }

    Outcome<DeleteModelResponse> gone =
        client.call(
            MODELS,
            "DeleteModel",
            DeleteModelRequest.newBuilder().setModel("mine").setDigest(model.getDigest()).build(),
            DeleteModelResponse.getDefaultInstance());
    assertThat(gone.status()).as(gone.message()).isEqualTo(GrpcStatus.OK);
    assertThat(ids()).doesNotContain("mine", "mine-maala", "mine-langevin");
  }

  @Test
  void aModelOfLinksLearnsFromWhatWasPushed() {
    push("run", "exact", LINKS, 3000);
    Model model =
        trained(
            request(LINKS, Map.of("levels", 8.0, "noise_modes", 4.0, "samples", 128.0))
                .putSettings("configurations", 2000));
    assertThat(model.getTraining().getEnsemble()).isEqualTo("run");
    assertThat(model.getTraining().getCommand())
        .startsWith("train --id mine --theory u1 --extents 4x4 --coupling beta=1.0")
        .contains(" --form diffusion --ensemble run --configurations 2000 --noise-modes 4");
    assertThat(model.getTraining().getSteps()).isPositive();
    Estimate plaquette =
        mean(stream("mine", LINKS, Exactness.EXACTNESS_METROPOLIS, 2000), "plaquette");
    // The character expansion's, on this lattice.
    double exact = new U1(Lattice.of(4, 4), 1).exact().mean("plaquette").orElseThrow();
    assertThat(plaquette.sigmasFrom(exact, 0)).isBetween(-SIGMAS, SIGMAS);
  }

  @Test
  void aFlowOfLinksNeedsNoEnsemble() {
    TrainModelRequest.Builder request =
        request(LINKS, Map.of("layers", 4.0, "waves", 3.0, "evaluations", 1.0))
            .clearEnsemble()
            .setGenerator("continuous-flow")
            .setSteps(400)
            .setBatchSize(64)
            .putSettings("least_beta", 0.5)
            .putSettings("most_beta", 2);
    Model model = trained(request);
    assertThat(model.getTraining().getCommand())
        .contains(" --form plaquette --plaquette-layers 4 --plaquette-waves 3 --beta-range 0.5:2.0")
        .contains(" --beta-degree 5 --seed 3 --steps 400 --batch 64");
    assertThat(model.getTraining().getEnsemble()).isEmpty();
    assertThat(model.getQuality().getEssFraction()).isGreaterThan(0.5);
    Target other = LINKS.toBuilder().putCouplings("beta", 2).build();
    assertThat(stream("mine", other, Exactness.EXACTNESS_METROPOLIS, 100)).isNotEmpty();
    refused(
        request.setGenerator("affine-flow").setModel("m"),
        GrpcStatus.INVALID_ARGUMENT,
        "generator: affine-flow (expected: continuous-flow for theory u1)");
  }

  @Test
  void faultsAreNamed() {
    GrpcStatus bad = GrpcStatus.INVALID_ARGUMENT;
    push("run", "exact", LINKS, 500);
    refused(request(LINKS, Map.of()).clearEnsemble(), bad, "ensemble: none (expected: a stored");
    refused(
        request(LINKS, Map.of()).setEnsemble("walk"),
        GrpcStatus.NOT_FOUND,
        "ensemble: \"walk\" (expected: one of run)");
    refused(request(FIELDS, Map.of()), bad, "ensemble: run of u1 (expected: of phi4, the target)");
    refused(
        request(LINKS.toBuilder().putCouplings("beta", 2).build(), Map.of()),
        bad,
        "ensemble: run of 4 x 4 {beta=1.0} (expected: of 4 x 4 {beta=2.0}, the target)");
    refused(request(LINKS, Map.of()).setSteps(5), bad, "steps: 5 (expected: none; a score is");
    refused(request(LINKS, Map.of()).setBatchSize(5), bad, "batch_size: 5 (expected: none");
    refused(
        request(LINKS, Map.of()).setStartFrom("hmc"), bad, "start_from: \"hmc\" (expected: none");
    refused(
        request(LINKS, Map.of("sines", 3.0)),
        bad,
        "settings: \"sines\" (expected: of configurations, levels, noise_alone, noise_modes");
    refused(
        request(LINKS, Map.of("levels", 3.0)),
        bad,
        "settings.levels: 3 (expected: as many as noise_modes at least");
    refused(request(LINKS, Map.of("ridge", 2.0)), bad, "settings.ridge: 2.0");
    refused(
        request(LINKS, Map.of("configurations", 1e8)), bad, "settings.configurations: 100000000");
    // What the server notes itself is not for others to tell.
    for (String own : List.of("ensemble", "ess_fraction", "certificate.METROPOLIS")) {
      refused(request(LINKS, Map.of()).putFacts(own, "ensemble e"), bad, "facts: \"" + own);
    }
    refused(
        request(LINKS.toBuilder().putCouplings("gamma", 2).build(), Map.of()), bad, "couplings");
    assertThat(Files.exists(data.resolve("training"))).isFalse();
  }

  /** What does not fit together is refused before anything begins. */
  @Test
  void misfitsOfFlowsAreNamed() {
    TrainModelRequest.Builder flow =
        request(LINKS, Map.of("layers", 1.0, "waves", 1.0))
            .clearEnsemble()
            .setGenerator("continuous-flow");
    GrpcStatus bad = GrpcStatus.INVALID_ARGUMENT;
    refused(
        flow.clone().putSettings("beta_degree", 3), bad, "settings.beta_degree: 3 (expected: with");
    refused(
        flow.clone().putSettings("most_beta", 2).setBatchSize(4),
        bad,
        "batch_size: 4 (expected: >= 22, two for each of the couplings that a step goes through)");
    refused(flow.clone().setStartFrom("u1-continuous-16x16"), bad, "start_from: ");
    refused(
        flow.clone().setTarget(LINKS.toBuilder().clearExtents().addAllExtents(List.of(2, 2))),
        bad,
        "volume: 4");
    assertThat(Files.exists(data.resolve("training"))).isFalse();
  }

  @Test
  void idsThatWouldBeMadeMustBeFree() {
    TrainModelRequest.Builder flow =
        request(LINKS, Map.of("layers", 1.0, "waves", 1.0, "evaluations", 1.0))
            .clearEnsemble()
            .setGenerator("continuous-flow")
            .setSteps(2);
    assertThat(train(flow.setModel("mine-langevin")).status()).isEqualTo(GrpcStatus.OK);
    push("run", "exact", LINKS, 500);
    refused(
        request(LINKS, Map.of()),
        GrpcStatus.ALREADY_EXISTS,
        "model: mine makes mine-langevin, which exists (expected: another id)");
  }

  /** Another try of a client whose first one was broken off, or failed, is not held up by it. */
  @Test
  void aCheckpointOfAnotherRequestIsLeftAside() throws IOException {
    Path left = Files.createDirectories(data.resolve("training/mine"));
    push("run", "exact", LINKS, 500);
    TrainModelRequest.Builder request =
        request(LINKS, Map.of("levels", 6.0, "noise_modes", 2.0, "samples", 32.0));
    TrainingJob other =
        TrainingRequests.job(
            request.clone().setSeed(9).build(),
            List::of,
            new EnsembleStore(data, new Theories(), 1 << 30),
            left);
    try (VectorMachine machine = new VectorMachine(1);
        org.fieldstream.server.training.Training first =
            other.opening().open(machine, new Silent())) {
      assertThat(first.run(() -> true)).isNull();
    }
    assertThat(left).isNotEmptyDirectory();
    assertThat(trained(request).getTraining().getCommand()).endsWith("--seed 3");
  }

  private static final class Silent implements TrainingListener {
    @Override
    public void step(long step, long steps, double loss, double spread) {}

    @Override
    public void evaluated(long step, double ess, double acceptance) {}

    @Override
    public void doubled(double error, double ess) {}

    @Override
    public void rolledBack(long step, String why, double rateFactor) {}

    @Override
    public void resumed(long step, double bestEss) {}
  }

  private void refused(TrainModelRequest.Builder request, GrpcStatus status, String sentence) {
    Outcome<TrainModelResponse> outcome = train(request);
    assertThat(outcome.status()).as(outcome.message()).isEqualTo(status);
    assertThat(outcome.message()).startsWith(sentence);
  }
}
