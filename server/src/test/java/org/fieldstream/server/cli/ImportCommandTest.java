package org.fieldstream.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.ReferenceExecutable;
import org.fieldstream.kernels.machine.ReferenceMachine;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.model.FactKeys;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.model.Safetensors;
import org.fieldstream.server.model.Safetensors.Array;
import org.fieldstream.server.testing.NotebookFlow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Weights as PyTorch writes them, imported by the command, drawn from as a server does, and
 * compared with a transcription of the notebook they belong to; and files that are not such
 * weights.
 */
class ImportCommandTest {
  private static final int[] EXTENTS = {4, 6};
  private static final int LAYERS = 4;
  private static final int[] CHANNELS = {1, 3, 2, 2};
  private static final int KERNEL = 3;
  private static final int SITES = 24;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path directory;

  private static Map<String, Array> state() {
    Map<String, Array> arrays = new LinkedHashMap<>();
    NotebookFlow.weights(LAYERS, CHANNELS, KERNEL, 5)
        .forEach(
            (name, values) -> {
              int i = Integer.parseInt(name.split("\\.", -1)[2]) / 2;
              List<Integer> shape =
                  name.endsWith("bias")
                      ? List.of(CHANNELS[i + 1])
                      : List.of(CHANNELS[i + 1], CHANNELS[i], KERNEL, KERNEL);
              arrays.put(name, new Array("F32", shape, values));
            });
    return arrays;
  }

  private Path file(Map<String, Array> arrays) throws IOException {
    return Files.write(directory.resolve("flow.safetensors"), Safetensors.write(arrays, Map.of()));
  }

  private int run(Path file, String id, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "import",
                "--safetensors",
                file.toString(),
                "--extents",
                "4x6",
                "--coupling",
                "m2=1",
                "--coupling",
                "lambda=0.5",
                "--id",
                id,
                "--data",
                directory.toString()));
    arguments.addAll(List.of(more));
    if (!arguments.contains("--machine")) {
      arguments.addAll(List.of("--machine", "vector"));
    }
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return new CommandLine(new ModelsCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(String[]::new));
  }

  @Test
  void importedWeightsDrawWhatTheNotebookDraws() throws IOException {
    Path file = file(state());
    assertThat(run(file, "ours")).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("496 values: 4 layers, hidden 3,2, kernel 3\n")
        .containsPattern("log q of 1,024 draws along the map and back: RMS difference [0-9.e-]+ ")
        .containsPattern("ESS/N 0\\.\\d{4} over 65,536 draws, acceptance 0\\.\\d{4}")
        .contains("serve it with: serve --data " + directory);
    Model model = ModelStore.load(directory).find("ours").orElseThrow();
    assertThat(model.generator()).isEqualTo("affine-flow");
    assertThat(model.exactness()).contains(Exactness.METROPOLIS, Exactness.REWEIGHT);
    assertThat(model.facts())
        .containsEntry(FactKeys.SAMPLE_COUNT, "65536")
        .containsEntry("architecture.hidden", "3,2")
        .containsKey(FactKeys.INVERSE_ERROR);
    assertThat(model.facts().get(FactKeys.IMPORT_COMMAND)).startsWith("models import --safetens");
    assertThat(model.facts().get(FactKeys.IMPORT_SHA256)).matches("[0-9a-f]{64}");
    assertThat(Double.parseDouble(model.facts().get(FactKeys.INVERSE_ERROR))).isBetween(0.0, 1e-4);
    comparedWithTheNotebook(model);
  }

  private static void comparedWithTheNotebook(Model model) {
    int count = 32;
    long[] seeds = new long[count];
    long[] indices = new long[count];
    Arrays.fill(seeds, 77);
    Arrays.setAll(indices, i -> 1000 + i);
    DrawBatch batch;
    try (Machine machine = new VectorMachine(1);
        DrawSource source = ((Model.Draws) model).open(model.resolve(null), machine)) {
      batch = source.draw(seeds, indices, count);
    }
    ProgramBuilder b = new ProgramBuilder();
    b.output("z", b.normal(0, 1, SITES));
    NotebookFlow notebook =
        new NotebookFlow(
            EXTENTS, LAYERS, CHANNELS, KERNEL, NotebookFlow.weights(LAYERS, CHANNELS, KERNEL, 5));
    try (ReferenceMachine machine = new ReferenceMachine();
        ReferenceExecutable normals = (ReferenceExecutable) machine.load(b.build())) {
      for (int i = 0; i < count; i++) {
        NotebookFlow.Draw expected = notebook.forward(normals.evaluate(77, 1000 + i)[0]);
        for (int s = 0; s < SITES; s++) {
          assertThat((double) batch.fields()[i * SITES + s])
              .as("draw %d, site %d", i, s)
              .isCloseTo(expected.phi()[s], within(1e-5));
        }
        assertThat(batch.logDensity()[i])
            .as("log q of draw %d", i)
            .isCloseTo(expected.logQ(), within(1e-4));
      }
    }
  }

  @Test
  void doublesAndAPrefixAreTheSameModel() throws IOException {
    assertThat(run(file(state()), "plain")).isZero();
    Map<String, Array> prefixed = new LinkedHashMap<>();
    state().forEach((k, a) -> prefixed.put("layers." + k, new Array("F64", a.shape(), a.values())));
    assertThat(run(file(prefixed), "prefixed")).as(err.toString()).isZero();
    assertThat(out.toString()).doesNotContain("rounded");
    Array bias = prefixed.get("layers.0.net.0.bias");
    bias.values()[0] += 1e-12;
    assertThat(run(file(prefixed), "rounded")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("kernel 3; rounded to float32");
    ModelStore store = ModelStore.load(directory);
    String digest = store.find("plain").orElseThrow().digest();
    assertThat(store.find("prefixed").orElseThrow().digest()).isEqualTo(digest);
    assertThat(store.find("rounded").orElseThrow().digest()).isEqualTo(digest);
  }

  @Test
  void weightsOfAnotherTargetAreToldToBeUseless() throws IOException {
    assertThat(run(file(state()), "astray", "--coupling", "lambda=500")).isZero();
    assertThat(out.toString()).contains("hardly any draw counts: are these weights for phi4 {");
  }

  @Test
  void anIdIsTakenOnlyWhenAsked() throws IOException {
    Path file = file(state());
    assertThat(run(file, "once")).isZero();
    assertThat(run(file, "once")).isEqualTo(2);
    assertThat(err.toString()).startsWith("--id: once (expected: an id that is new in ");
    assertThat(run(file, "once", "--replace")).isZero();
    assertThat(run(file, "../up")).isEqualTo(2);
    assertThat(err.toString()).startsWith("--id: ../up (expected: a name that matches ");
  }

  @Test
  void misuseIsTold() throws IOException {
    Path file = file(state());
    assertThat(run(directory.resolve("none"), "x")).isEqualTo(2);
    assertThat(err.toString()).startsWith("--safetensors: " + directory.resolve("none"));
    assertThat(run(file, "x", "--coupling", "beta=1")).isEqualTo(2);
    assertThat(err.toString()).startsWith("couplings.beta: unknown (expected: ");
    assertThat(run(file, "x", "--machine", "abacus")).isEqualTo(2);
    assertThat(err.toString()).startsWith("machine: abacus (expected: ");
    assertThat(directory.resolve("models/x")).doesNotExist();
  }

  @Test
  void filesThatAreNoSuchWeightsNameTheTensor() throws IOException {
    refused("no tensors (expected: LAYER.net.N.weight and LAYER.net.N.bias with ", Map::clear);
    refused(
        "0.mask: no tensor of a coupling network (expected: LAYER.net.N.weight and LAYER.net.N.bias"
            + " with LAYER = 0, 1, ... and N = 0, 2, ...; leave others out of the file)",
        a -> a.put("0.mask", array(1, 4, 6)));
    refused(
        "prefixes [, ema.] (expected: one for all tensors)",
        a -> a.put("ema.0.net.0.bias", array(3)));
    refused("0.net.0.weight: missing (expected: ", a -> a.remove("0.net.0.weight"));
    refused("2.net.2.bias: missing (expected: shape [2])", a -> a.remove("2.net.2.bias"));
    refused(
        "1.net.0.weight: missing (expected: layers 0 to 3)",
        a -> a.keySet().removeIf(name -> name.startsWith("1.")));
    refused(
        "1.net.2.weight: missing (expected: shape [2, 3, 3, 3])", a -> a.remove("1.net.2.weight"));
    refused(
        "0.net.3.weight: unexpected (expected: 0.net.4.weight next)",
        a -> a.put("0.net.3.weight", a.remove("0.net.4.weight")));
    refused(
        "3.net.4.weight: shape [2, 2, 5, 5] (expected: shape [2, 2, 3, 3])",
        a -> a.put("3.net.4.weight", array(2, 2, 5, 5)));
    refused(
        "0.net.0.weight: shape [3, 1, 3] (expected: [out, in, kernel...] with a kernel axis for"
            + " each axis of 4 x 6)",
        a -> a.put("0.net.0.weight", array(3, 1, 3)));
    refused(
        "0.net.4.weight: 1 channels out (expected: 2, s and t)",
        a -> a.put("0.net.4.weight", array(1, 2, 3, 3)));
    refused(
        "kernel: 4 (expected: an odd number from 1 to 15)",
        a -> a.put("0.net.0.weight", array(3, 1, 4, 4)));
    refused(
        "2.net.6.bias: unexpected (expected: networks like that of layer 0, 3 convolutions in each"
            + " of 4 layers)",
        a -> a.put("2.net.6.bias", array(2)));
    refused(
        "1.net.0.bias: value NaN (expected: finite in float32)",
        a -> a.get("1.net.0.bias").values()[1] = Double.NaN);
    refused(
        "1.net.0.bias: value 1.0E300 (expected: finite in float32)",
        a -> {
          a.put("1.net.0.bias", new Array("F64", List.of(3), new double[] {0, 1e300, 0}));
        });
    byte[] whole = Safetensors.write(state(), Map.of());
    Path file = directory.resolve("flow.safetensors");
    Files.write(file, Arrays.copyOf(whole, whole.length - 4));
    refused(file, "3.net.4.bias: values at ");
    Files.writeString(file, "PK\3\4 a file that torch.save wrote");
    refused(file, "header of ");
  }

  private static Array array(Integer... shape) {
    int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    return new Array("F32", List.of(shape), new double[size]);
  }

  private void refused(String message, Consumer<Map<String, Array>> change) throws IOException {
    Map<String, Array> arrays = state();
    change.accept(arrays);
    refused(file(arrays), message);
  }

  private void refused(Path file, String message) {
    assertThat(run(file, "bad")).as(message).isEqualTo(1);
    assertThat(err.toString()).startsWith(file + ": " + message);
    assertThat(directory.resolve("models/bad")).doesNotExist();
  }
}
