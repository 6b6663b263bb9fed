package org.fieldstream.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.server.generator.BurnIn;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.flow.AffineShape;
import org.fieldstream.server.generator.flow.Flow;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.generator.flow.OdeShape;
import org.fieldstream.server.generator.flow.SplitShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Model directories: round trip, digests, and everything that can be wrong with one. */
class FlowFilesTest {
  private static final SplitShape SHAPE = SplitShape.parse("1:1,0:2", 3, 2);
  private static final Flow FLOW = SHAPE.on(Lattice.of(4, 4));

  @TempDir private Path directory;

  private static ModelDescription description() {
    return new ModelDescription(
        ModelDescription.FORMAT,
        "mine",
        FlowModel.GENERATOR,
        Architecture.of(SHAPE),
        new ModelDescription.TargetRecord("phi4", List.of(4, 4), Map.of("m2", -4.0, "lambda", 7.0)),
        new ModelDescription.Quality(65536, 9, 0.75, 0.7, 0.3, null, null),
        new ModelDescription.Training("train it", 1, 100, 32, -3.5, 12, "vector", "17"));
  }

  private static String json() {
    return FlowFiles.text(description());
  }

  private static double[] theta() {
    double[] theta = FLOW.initial(3);
    for (int i = 0; i < theta.length; i++) {
      theta[i] = (float) theta[i];
    }
    return theta;
  }

  private static byte[] weights() {
    return WeightFile.of(FLOW, theta());
  }

  private static FlowModel read(String json, byte[] weights) {
    return FlowFiles.read("here", json.getBytes(StandardCharsets.UTF_8), weights);
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    write(json(), weights());
    FlowModel model = FlowFiles.read(directory);
    assertThat(model.id()).isEqualTo("mine");
    assertThat(model.generator()).isEqualTo("continuous-flow");
    assertThat(model.shape()).isEqualTo(SHAPE);
    assertThat(model.theta()).isEqualTo(theta());
    assertThat(model.target().extents()).containsExactly(4, 4);
    assertThat(model.target().couplings()).isEqualTo(Map.of("m2", -4.0, "lambda", 7.0));
    assertThat(model.exactness()).contains(Exactness.METROPOLIS, Exactness.REWEIGHT);
    assertThat(model.digest()).matches("[0-9a-f]{64}");
    assertThat(model.facts())
        .containsEntry(FactKeys.PARAMETER_COUNT, String.valueOf(theta().length))
        .containsEntry(FactKeys.ESS_FRACTION, "0.75")
        .containsEntry(FactKeys.SAMPLE_COUNT, "65536")
        .containsEntry(FactKeys.TRAINING_COMMAND, "train it")
        .containsEntry("architecture.blocks", "1:1,0:2");
  }

  @Test
  void theDigestFollowsAllThatDecidesTheDraws() {
    String digest = read(json(), weights()).digest();
    double[] moved = theta();
    for (int i = 0; i < moved.length; i++) {
      double kept = moved[i];
      moved[i] = Math.nextUp((float) kept);
      assertThat(read(json(), WeightFile.of(FLOW, moved)).digest())
          .as("theta[%d] moved by a bit", i)
          .isNotEqualTo(digest);
      moved[i] = kept;
    }
    assertThat(read(json().replace("7.0", "7.000000000000001"), weights()).digest())
        .isNotEqualTo(digest);
    // One more layer in one block and one less in the other: tensors of the same shapes.
    assertThat(read(json().replace("1:1,0:2", "1:2,0:1"), weights()).digest()).isNotEqualTo(digest);
  }

  @Test
  void overlapsAreWrittenReadAndPartOfTheDigest() {
    SplitShape overlapping = SplitShape.parse("1:1,0:2", 3, 2, 0.25);
    assertThat(json()).as("of sharp levels").doesNotContain("overlap");
    assertThat(Architecture.of(overlapping)).containsEntry("overlap", 0.25);
    FlowModel model =
        read(json().replace("\"gates\" : 2", "\"gates\" : 2, \"overlap\" : 0.25"), weights());
    assertThat(model.shape()).isEqualTo(overlapping);
    assertThat(model.digest()).isNotEqualTo(read(json(), weights()).digest());
  }

  @Test
  void theDigestDoesNotFollowNamesAndRecords() {
    String digest = read(json(), weights()).digest();
    String other =
        json()
            .replace("train it", "train it once more")
            .replace("\"mine\"", "\"0.yours_or-mine\"")
            .replace("\"acceptance\" : 0.7", "\"acceptance\" : 0.6");
    assertThat(other).isNotEqualTo(json());
    assertThat(read(other, weights()).digest()).isEqualTo(digest);
  }

  /** It decides where Metropolis chains start. */
  @Test
  void theDigestFollowsTheBurnIn() {
    Set<String> digests = new HashSet<>();
    for (String ess : List.of("0.99", "0.95", "0.75", "0.5")) {
      FlowModel model = read(json().replace("0.75", ess), weights());
      assertThat(model.burnIn()).isEqualTo(BurnIn.draws(Double.parseDouble(ess)));
      assertThat(model.facts()).containsEntry("burn_in", String.valueOf(model.burnIn()));
      digests.add(model.digest());
    }
    assertThat(digests).hasSize(3);
    FlowModel unmeasured = read(json().replaceAll("(?s),\\s*\"quality\".*", "}"), weights());
    assertThat(unmeasured.burnIn()).isEqualTo(BurnIn.MOST);
  }

  @Test
  void aFlowThatIsNotInvertibleIsRaw() {
    double[] theta = theta();
    Flow.Tensor weights = FLOW.tensors().get(3);
    theta[weights.offset()] = -1.5;
    assertThat(read(json(), WeightFile.of(FLOW, theta)).exactness()).containsExactly(Exactness.RAW);
  }

  @Test
  void anOdeIsExactWhileItsIntegratorIs() {
    assertThat(ode(1e-4)).contains(Exactness.METROPOLIS, Exactness.REWEIGHT, Exactness.RAW);
    assertThat(ode(2e-3)).containsExactly(Exactness.RAW);
    assertThat(ode(-1.0)).containsExactly(Exactness.RAW);
    assertThat(ode(Double.NaN)).containsExactly(Exactness.RAW);
    assertThat(ode(null)).containsExactly(Exactness.RAW);
  }

  @Test
  void affineFlowsAreExactAndNameTheirGenerator() {
    AffineShape shape = AffineShape.parse(2, "3,2", 3);
    Flow flow = shape.on(Lattice.of(4, 4));
    double[] theta = flow.initial(1);
    byte[] weights = WeightFile.of(flow, theta);
    ModelDescription d =
        new ModelDescription(
            ModelDescription.FORMAT,
            "coupled",
            shape.generator(),
            Architecture.of(shape),
            description().target(),
            null,
            null);
    String text = FlowFiles.text(d);
    FlowModel model = read(text, weights);
    assertThat(model.generator()).isEqualTo("affine-flow");
    assertThat(model.shape()).isEqualTo(shape);
    assertThat(model.exactness()).contains(Exactness.METROPOLIS, Exactness.REWEIGHT);
    assertThat(Safetensors.read(weights).keySet())
        .containsExactly(
            "0.net.0.weight",
            "0.net.0.bias",
            "0.net.2.weight",
            "0.net.2.bias",
            "0.net.4.weight",
            "0.net.4.bias",
            "1.net.0.weight",
            "1.net.0.bias",
            "1.net.2.weight",
            "1.net.2.bias",
            "1.net.4.weight",
            "1.net.4.bias");
    assertThatThrownBy(() -> read(text.replace("affine-flow", "continuous-flow"), weights))
        .hasMessage(
            "here: model.json: generator: continuous-flow"
                + " (expected: affine-flow, the generator of form affine)");
    assertThatThrownBy(() -> read(text.replace("\"kernel\" : 3", "\"kernel\" : 5"), weights))
        .hasMessage(
            "here: weights.safetensors: 0.net.0.weight: [3, 1, 3, 3]"
                + " (expected: shape [3, 1, 5, 5])");
  }

  private static Iterable<Exactness> ode(Double error) {
    OdeShape shape = new OdeShape(1, 3, 3, 4);
    Flow flow = shape.on(Lattice.of(4, 4));
    ModelDescription d =
        new ModelDescription(
            ModelDescription.FORMAT,
            "ode",
            FlowModel.GENERATOR,
            Architecture.of(shape),
            description().target(),
            new ModelDescription.Quality(65536, 9, 0.75, 0.7, 0.3, error, null),
            null);
    return read(FlowFiles.text(d), WeightFile.of(flow, flow.initial(1))).exactness();
  }

  @Test
  void damagedDescriptionsNameTheKey() {
    refused("", "here: model.json: line 1: No content to map due to end-of-input (expected: ");
    refused("null", "here: model.json: format: null (expected: fieldstream-model/1)");
    refused("{}", "here: model.json: format: null (expected: fieldstream-model/1)");
    refused("[1]", "here: model.json: line 1: Cannot deserialize value of type");
    refused(json().substring(0, 90), "here: model.json: line 5: Unexpected end-of-input");
    refusedWith(
        "model/1", "model/2", "format: fieldstream-model/2 (expected: fieldstream-model/1)");
    refusedWith(
        "continuous-flow",
        "guesses",
        "generator: guesses (expected: continuous-flow or affine-flow or diffusion)");
    refusedWith(
        "\"mine\"", "null", "id: null (expected: a name that matches [a-z0-9][a-z0-9._-]*)");
    for (String id :
        List.of("", " ", "Mine", "-mine", ".mine", "mine/yours", "mine yours", "m\u00fc")) {
      refusedWith(
          "\"mine\"",
          '"' + id + '"',
          "id: " + id + " (expected: a name that matches [a-z0-9][a-z0-9._-]*)");
    }
    refusedWith("\"id\"", "\"name\"", "name: unknown (expected: one of [");
    refusedWith("\"steps\"", "\"epochs\"", "epochs: unknown (expected: one of [");
    refusedWith("\"train it\"", "null", "training.command: null (expected: the command that ");
    refusedWith("\"phi4\"", "null", "target: TargetRecord[theory=null, ");
    refusedWith("4, 4", "4, null", "target.extents: [4, null] (expected: a list of whole numbers)");
    refusedWith("4, 4", "4, \"x\"", "line 13: Cannot deserialize value of type");
    refusedWith("-4.0", "null", "target.couplings: {");
    refusedKey("architecture", "architecture: null (expected: form and sizes)");
    refusedKey("target", "target: null (expected: theory, extents and couplings)");
  }

  @Test
  void descriptionsOfWhatCannotBeNameTheValue() {
    Map<String, String> wrong = new LinkedHashMap<>();
    wrong.put("\"phi4\"->\"phi6\"", "here: theory: phi6 (expected: phi4 or u1)");
    wrong.put("4, 4->4, 5", "here: extents: 4 x 5 (expected: multiples of 4, for level 1)");
    wrong.put("4, 4->4, -4", "here: extents: 4 x -4 (expected: every extent >= 2)");
    wrong.put("4, 4->65536, 65536", "here: extents: 65536 x 65536 (expected: at most ");
    wrong.put("7.0->\"NaN\"", "here: couplings.lambda: NaN (expected: a finite number");
    wrong.put("7.0->-7.0", "here: couplings.lambda: -7.0 (expected: ");
    wrong.put("\"lambda\"->\"lambada\"", "here: couplings.lambada: unknown (expected: m2 and ");
    wrong.put(
        "\"split\"->\"whole\"",
        "here: architecture.form: whole (expected: split, ode, affine, plaquette or score)");
    wrong.put("1:1,0:2->1:1;0:2", "here: blocks: 1:1;0:2 (expected: LEVEL:LAYERS,...");
    wrong.put("1:1,0:2->32:1,0:2", "here: blocks: level 32 (expected: 0 to 24)");
    wrong.put("\"sines\" : 3->\"sines\" : 0.5", "here: architecture.sines: 0.5 (expected: an ");
    wrong.put("\"sines\" : 3->\"sines\" : 0", "here: sines: 0 (expected: >= 1)");
    wrong.put(
        "\"gates\" : 2->\"gates\" : 160000000",
        "here: architecture: sizes overflow (expected: fewer layers, channels, sines and gates)");
    wrong.put("\"gates\" : 2->\"gates\" : -1", "here: gates: -1 (expected: >= 0)");
    wrong.put("\"gates\" : 2->\"gates\" : \"x\"", "here: architecture.gates: x (expected: an ");
    wrong.put(
        "\"sines\" : 3->\"sines\" : 2000000000",
        "here: architecture: sizes overflow (expected: fewer layers, channels, sines and gates)");
    wrong.forEach(
        (change, message) -> {
          String[] pair = change.split("->", -1);
          assertThat(json()).contains(pair[0]);
          refused(json().replace(pair[0], pair[1]), message);
        });
  }

  @Test
  void damagedWeightsNameTheTensor() {
    byte[] whole = weights();
    refused(
        Arrays.copyOf(whole, whole.length - 1),
        "here: weights.safetensors: gate.weight: values at ");
    refused(Arrays.copyOf(whole, 100), "here: weights.safetensors: header of ");
    refused(new byte[0], "here: weights.safetensors: 0 bytes (expected: a safetensors file)");
    refused(
        changed(arrays -> arrays.remove("layer.frequency")),
        "here: weights.safetensors: layer.frequency: missing (expected: shape [3, 3])");
    refused(
        changed(a -> a.put("extra", new Safetensors.Array("F32", List.of(1), new double[1]))),
        "here: weights.safetensors: tensors [prior.log_amplitude, filter.log_gain, ");
    refused(
        changed(
            a ->
                a.compute(
                    "layer.frequency",
                    (n, x) -> new Safetensors.Array("F32", List.of(9), x.values()))),
        "here: weights.safetensors: layer.frequency: [9] (expected: shape [3, 3])");
    refused(
        changed(
            a ->
                a.compute(
                    "layer.frequency",
                    (n, x) -> new Safetensors.Array("F64", x.shape(), x.values()))),
        "here: weights.safetensors: layer.frequency: type F64 (expected: F32)");
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e300}) {
      refused(
          changed(a -> a.get("layer.weight").values()[5] = bad),
          "here: weights.safetensors: layer.weight: value " + (float) bad + " (expected: finite)");
    }
  }

  @Test
  void weightsOfAnotherArchitectureAreRefused() {
    assertThatThrownBy(() -> read(json().replace("1:1,0:2", "1:1,0:3"), weights()))
        .isInstanceOf(ModelFileException.class)
        .hasMessage("here: weights.safetensors: layer.frequency: [3, 3] (expected: shape [4, 3])");
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    assertThatThrownBy(() -> FlowFiles.read(directory))
        .isInstanceOf(ModelFileException.class)
        .hasMessageStartingWith(directory + ": ")
        .hasMessageContaining("model.json (expected: a directory with model.json and weights.");
    Files.writeString(directory.resolve("model.json"), json());
    assertThatThrownBy(() -> FlowFiles.read(directory))
        .hasMessageContaining(directory.resolve("weights.safetensors") + " (expected: a directory");
  }

  private static byte[] changed(Consumer<Map<String, Safetensors.Array>> change) {
    Map<String, Safetensors.Array> arrays = Safetensors.read(weights());
    change.accept(arrays);
    return Safetensors.write(arrays, Map.of());
  }

  private static void refusedKey(String key, String message) {
    // Renames nothing: takes the key's whole value out, whatever it is.
    String without = json().replaceAll("(?s)\"" + key + "\" : \\{.*?\\n  \\},\\s*", "");
    assertThat(without).isNotEqualTo(json());
    refused(without, "here: model.json: " + message);
  }

  private static void refusedWith(String from, String to, String message) {
    assertThat(json()).contains(from);
    refused(json().replace(from, to), "here: model.json: " + message);
  }

  private static void refused(String json, String message) {
    assertThatThrownBy(() -> read(json, weights()))
        .as(json)
        .isInstanceOf(ModelFileException.class)
        .hasMessageStartingWith(message);
  }

  private static void refused(byte[] weights, String message) {
    assertThatThrownBy(() -> read(json(), weights))
        .isInstanceOf(ModelFileException.class)
        .hasMessageStartingWith(message);
  }

  private void write(String json, byte[] weights) throws IOException {
    Files.writeString(directory.resolve("model.json"), json);
    Files.write(directory.resolve("weights.safetensors"), weights);
  }
}
