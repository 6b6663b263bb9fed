package org.fieldstream.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.FieldShape;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.chain.ChainModel;
import org.fieldstream.server.generator.exact.ExactModel;
import org.fieldstream.server.generator.gaussian.GaussianModel;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command passes what is right, fails what is wrong, and says so. */
class VerifyCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void theModelsOfTheHousePass() {
    List<Model> models = new ArrayList<>(ChainModel.all());
    models.add(new ExactModel());
    models.add(new GaussianModel());
    assertThat(run(models, "--quick")).as(out.toString()).isZero();
    assertThat(out.toString())
        .contains("cluster METROPOLIS at 6 x 6 m2=-4.0 lambda=6.975")
        .contains("cluster METROPOLIS at 5 x 5 x 5 m2=1.0 lambda=0.0")
        .contains("hmc METROPOLIS at 6 x 6 m2=-4.0 lambda=6.975")
        .contains("hmc METROPOLIS at 8 x 8 m2=-4.0 lambda=6.008")
        .contains("hmc METROPOLIS at 4 x 4 x 4 x 4 m2=1.0 lambda=0.0")
        .contains("gaussian REWEIGHT at 16 m2=1.0 lambda=0.0")
        .contains("hmc METROPOLIS at 8 x 8 beta=1.0")
        .contains("local METROPOLIS at 8 x 8 beta=1.0")
        .contains("winding METROPOLIS at 8 x 8 beta=7.0")
        .contains("exact METROPOLIS at 8 x 8 beta=7.0")
        .contains("exact REWEIGHT at 8 x 8 beta=1.0")
        .contains("hmc METROPOLIS from draws of exact at 8 x 8 beta=7.0")
        .contains("local METROPOLIS from draws of exact at 8 x 8 beta=7.0")
        .doesNotContain("hmc METROPOLIS at 8 x 8 beta=7.0")
        .doesNotContain("cluster METROPOLIS at 8 x 8 beta")
        .doesNotContain("langevin")
        .contains("PASSED: ");
  }

  @Test
  void trainedModelsAreHeldToTheFileOfTheirTarget() {
    Model honest = new Rescaled(1, Set.of(Exactness.METROPOLIS, Exactness.REWEIGHT));
    assertThat(run(List.of(honest), "--quick")).as(out.toString()).isZero();
    assertThat(out.toString())
        .contains("rescaled METROPOLIS at 8 x 8 m2=1.0 lambda=0.0")
        .contains("rescaled REWEIGHT at 8 x 8 m2=1.0 lambda=0.0");
  }

  @Test
  void aModelThatIsOffFailsTwice() {
    Model biased = new Rescaled(1.05, Set.of(Exactness.REWEIGHT));
    assertThat(run(List.of(biased), "--quick")).isEqualTo(1);
    assertThat(out.toString())
        .contains(", second look")
        .contains("first look: REWEIGHT phi2: ", "FAILED phi2: ")
        .contains("FAILED: rescaled REWEIGHT at 8 x 8");
  }

  @Test
  void rawModelsAreNamedAndNotChecked() {
    assertThat(run(List.of(new Rescaled(1, Set.of(Exactness.RAW))), "--quick")).isEqualTo(1);
    assertThat(out.toString())
        .contains("rescaled: not checked, it is RAW by its own account")
        .contains("FAILED: 0 numbers");
  }

  @Test
  void annealedModelsAreNamedWithWhatChecksThem() {
    ModelStore store = ModelStore.bundled();
    List<Model> annealed =
        List.of(
            store.find("phi4-diffusion-16x16-maala").orElseThrow(),
            store.find("u1-diffusion").orElseThrow());
    assertThat(run(annealed, "--quick")).isEqualTo(1);
    assertThat(out.toString())
        .contains(
            "16x16-maala: not checked, its draws cost too much for these bounds; see ensembles certify")
        .contains(
            "u1-diffusion: not checked, its draws cost too much for these bounds; see anneal");
  }

  @Test
  void unknownModelsAreRefusedWithTheKnownOnes() {
    assertThat(run(ChainModel.all(), "--model", "hmmc")).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "--model: hmmc (expected: one of cluster, hmc, hmc-leapfrog, langevin, local,"
                + " mala, winding)");
  }

  /** Both corrections of a flow that ships: 4 sigma, at errors up to 40 times the reference's. */
  @Test
  void aShippedFlowPasses() {
    Model flow = ModelStore.bundled().find("phi4-continuous-8x8").orElseThrow();
    assertThat(run(List.of(flow), "--quick")).as(out.toString()).isZero();
    assertThat(out.toString())
        .contains("phi4-continuous-8x8 METROPOLIS at 8 x 8 m2=-4.0 lambda=6.008")
        .contains("phi4-continuous-8x8 REWEIGHT at 8 x 8 m2=-4.0 lambda=6.008")
        .contains("PASSED: 14 numbers of 1 models, bound 4.0 sigma");
  }

  @Test
  void modelsOfADataDirectoryAreChecked(@TempDir Path data) throws IOException {
    Path directory = Files.createDirectories(data.resolve("models").resolve("mine"));
    for (String name : List.of("model.json", "weights.safetensors")) {
      try (InputStream in =
          ModelStore.class.getResourceAsStream("/models/phi4-continuous-8x8/" + name)) {
        byte[] bytes = in.readAllBytes();
        if (name.equals("model.json")) {
          bytes =
              new String(bytes, StandardCharsets.UTF_8)
                  .replace("\"phi4-continuous-8x8\"", "\"mine\"")
                  .getBytes(StandardCharsets.UTF_8);
        }
        Files.write(directory.resolve(name), bytes);
      }
    }
    assertThat(run(Backends::models, "--quick", "--data", data.toString(), "--model", "mine"))
        .as(out.toString())
        .isZero();
    assertThat(out.toString()).contains("mine METROPOLIS at 8 x 8");
    assertThat(run(Backends::models, "--data", data + "/none")).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "--data: "
                + data
                + "/none (expected: a directory, with models in its directory models)");
  }

  private int run(List<Model> models, String... arguments) {
    return run(data -> models, arguments);
  }

  private int run(Function<Path, List<Model>> models, String... arguments) {
    VerifyCommand command = new VerifyCommand(name -> new VectorMachine(2), models);
    return new CommandLine(command)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  /** The free field times a factor, with the log weights of factor 1. */
  private record Rescaled(double factor, Set<Exactness> exactness) implements Model.Draws {
    @Override
    public String id() {
      return "rescaled";
    }

    @Override
    public String generator() {
      return "gaussian";
    }

    @Override
    public String digest() {
      return "";
    }

    @Override
    public Target target() {
      return new Target("phi4", List.of(8, 8), Map.of("m2", 1.0, "lambda", 0.0));
    }

    @Override
    public Map<String, String> facts() {
      return Map.of();
    }

    @Override
    public Target resolve(@Nullable Target requested) {
      return target();
    }

    @Override
    public int burnIn() {
      return 256;
    }

    @Override
    public DrawSource open(Target target, Machine machine) {
      DrawSource source = new GaussianModel().open(target, machine);
      return new DrawSource() {
        @Override
        public FieldShape shape() {
          return source.shape();
        }

        @Override
        public int preferredLanes() {
          return source.preferredLanes();
        }

        @Override
        public DrawBatch draw(long[] seeds, long[] indices, int count) {
          DrawBatch batch = source.draw(seeds, indices, count);
          for (int i = 0; i < batch.fields().length; i++) {
            batch.fields()[i] *= (float) factor;
          }
          return batch;
        }

        @Override
        public void close() {
          source.close();
        }
      };
    }
  }
}
