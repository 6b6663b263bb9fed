package org.fieldstream.server.ensemble.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.fieldstream.server.cli.EnsemblesCommand;
import org.fieldstream.server.ensemble.Batch;
import org.fieldstream.server.ensemble.Ensemble;
import org.fieldstream.server.ensemble.EnsembleSpec;
import org.fieldstream.server.ensemble.EnsembleStore;
import org.fieldstream.server.ensemble.Push;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.session.Precision;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.Theories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Out of one data directory and into another, through the commands. */
class EnsembleFormatTest {
  private static final Target TARGET =
      new Target("phi4", List.of(2, 3), Map.of("m2", 0.5, "lambda", 1.25));
  private static final int VALUES = 6;

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private Path data() {
    return directory.resolve("data");
  }

  private Path other() {
    return directory.resolve("other");
  }

  private int run(String... arguments) {
    return new CommandLine(new EnsemblesCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private static EnsembleStore store(Path data) {
    return new EnsembleStore(data, new Theories(), 1 << 30);
  }

  /** Two replicas, ids with gaps. */
  private void make(Precision precision, Exactness exactness) {
    Random random = new Random(1);
    EnsembleSpec spec =
        new EnsembleSpec("e", TARGET, precision, exactness, "test 1", Map.of("host", "here"));
    try (EnsembleStore store = store(data());
        Push push = store.push(spec, List.of())) {
      for (int replica = 0; replica < 2; replica++) {
        ByteBuffer fields =
            ByteBuffer.allocate(5 * VALUES * precision.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        while (fields.hasRemaining()) {
          if (precision == Precision.FLOAT32) {
            fields.putFloat((float) random.nextGaussian());
          } else {
            fields.putDouble(random.nextGaussian());
          }
        }
        CRC32C crc = new CRC32C();
        crc.update(fields.flip());
        double[] weights = new double[exactness == Exactness.REWEIGHT ? 5 : 0];
        Arrays.setAll(weights, i -> -0.5 * i);
        push.take(
            new Batch(
                replica,
                new long[] {3, 4, 7, 20, 1L << 40},
                List.of(5, 1, 2, 3),
                new double[0],
                weights,
                (int) crc.getValue(),
                fields.rewind()));
      }
      assertThat(push.finish().stored()).isEqualTo(10);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, METROPOLIS, export",
    "FLOAT64, REWEIGHT, export",
    "FLOAT32, REWEIGHT, e.h5",
    "FLOAT64, METROPOLIS, e.h5"
  })
  void whatGoesOutComesBack(Precision precision, Exactness exactness, String name) {
    make(precision, exactness);
    String path = directory.resolve(name).toString();
    assertThat(run("export", "e", path, "--data", "" + data())).as("" + err).isZero();
    assertThat(run("import", path, "--name", "back", "--data", "" + other())).as("" + err).isZero();
    assertThat(out.toString()).contains("10 read: 10 stored, 0 were there, 0 refused; back has 10");
    Ensemble e = store(data()).find("e");
    Ensemble back = store(other()).find("back");
    assertThat(back.target()).isEqualTo(e.target());
    assertThat(back.spec().precision()).isEqualTo(precision);
    assertThat(back.spec().exactness()).isEqualTo(exactness);
    assertThat(back.spec().generator()).isEqualTo("test 1");
    try (var one = e.read();
        var two = back.read()) {
      assertThat(two.next(10)).isEqualTo(one.next(10));
    }
    for (int i = 0; i < 10; i++) {
      assertThat(back.id(i)).isEqualTo(e.id(i));
      assertThat(back.replica(i)).isEqualTo(e.replica(i));
      assertThat(back.action(i)).isEqualTo(e.action(i));
      assertThat(back.logWeight(i)).isEqualTo(e.logWeight(i));
    }
    // Again: nothing new.
    assertThat(run("import", path, "--name", "back", "--data", "" + other())).isZero();
    assertThat(out.toString()).contains("10 read: 0 stored, 10 were there");
  }

  /** As numpy writes it, with numpy's own padding and no components. */
  @Test
  void aSingleArrayNeedsATarget() throws IOException {
    String header = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2, 3), }";
    ByteBuffer file = ByteBuffer.allocate(128 + 18 * 8).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) 118);
    file.put((header + " ".repeat(117 - header.length()) + "\n").getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < 18; i++) {
      file.putDouble(0.1 * i);
    }
    Path array = directory.resolve("phi.npy");
    Files.write(array, file.array());
    assertThat(run("import", "" + array, "--name", "n", "--data", "" + data())).isEqualTo(2);
    assertThat(err.toString()).contains("target: not told by ", "--extents and --coupling");
    int code =
        run(
            "import",
            "" + array,
            "--name",
            "n",
            "--extents",
            "2x3",
            "--coupling",
            "m2=0.5",
            "--coupling",
            "lambda=1.25",
            "--replica",
            "7",
            "--first-id",
            "100",
            "--data",
            "" + data());
    assertThat(code).as("" + err).isZero();
    Ensemble ensemble = store(data()).find("n");
    assertThat(ensemble.size()).isEqualTo(3);
    assertThat(ensemble.replica(0)).isEqualTo(7);
    assertThat(ensemble.id(2)).isEqualTo(102);
    try (var reader = ensemble.read()) {
      assertThat(reader.next(3).floats()[17]).isEqualTo((float) (0.1 * 17));
    }
  }

  @Test
  void whatCannotBeReadIsTold() throws IOException {
    Path text = directory.resolve("text.npy");
    Files.writeString(text, "no array at all, but long enough");
    assertThatThrownBy(() -> new NpyFormat().open(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no array (expected: a numpy .npy file");
    assertThatThrownBy(() -> EnsembleFormat.of("lime", text))
        .hasMessage("format: lime (expected: one of [npy, hdf5])");
    assertThatThrownBy(() -> EnsembleFormat.of("", directory.resolve("run.lime")))
        .hasMessageStartingWith("format: not told by the name ");
  }

  /** HDF5's own tool reads the file. */
  @Test
  void h5dumpReadsIt() throws IOException, InterruptedException {
    assumeThat(Files.isExecutable(Path.of("/usr/bin/h5dump"))).isTrue();
    make(Precision.FLOAT64, Exactness.METROPOLIS);
    Path file = directory.resolve("e.h5");
    assertThat(run("export", "e", "" + file, "--data", "" + data())).isZero();
    Process dump =
        new ProcessBuilder("/usr/bin/h5dump", "-d", "/configuration_id", "-a", "/theory", "" + file)
            .redirectErrorStream(true)
            .start();
    String text = new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(dump.waitFor()).as(text).isZero();
    assertThat(text).contains("\"phi4\"", "H5T_STD_I64LE", "1099511627776");
    Process header =
        new ProcessBuilder("/usr/bin/h5dump", "-H", "-d", "/fields", "" + file)
            .redirectErrorStream(true)
            .start();
    String fields = new String(header.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(header.waitFor()).as(fields).isZero();
    assertThat(fields).contains("H5T_IEEE_F64LE", "( 10, 1, 2, 3 )");
  }
}
