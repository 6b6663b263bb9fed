package org.fieldstream.server.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.session.Precision;
import org.fieldstream.server.testing.GaussTheory;
import org.fieldstream.server.theory.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnsembleStoreTest {
  private static final int RECORD = IndexRecord.BYTES;
  private static final int FIELDS = Made.VALUES * Float.BYTES;

  @TempDir Path data;

  private EnsembleStore store() {
    return new EnsembleStore(data, GaussTheory.CATALOG, 1 << 30);
  }

  private static Push.Summary push(EnsembleStore store, EnsembleSpec spec, Batch... batches) {
    try (Push push = store.push(spec, List.of())) {
      for (Batch batch : batches) {
        push.take(batch);
      }
      return push.finish();
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void readsWhatWasPushedInMonteCarloOrder(Precision precision) {
    EnsembleSpec spec = Made.spec("e", precision, Exactness.METROPOLIS);
    Push.Summary summary =
        push(
            store(),
            spec,
            Made.batch(1, 50, 7, precision),
            Made.batch(0, 10, 5, precision),
            Made.batch(1, 20, 3, precision));
    assertThat(summary.stored()).isEqualTo(15);
    assertThat(summary.worstActionDeviation()).isLessThan(1e-12);

    Ensemble ensemble = store().find("e");
    assertThat(ensemble.spec()).isEqualTo(spec);
    assertThat(ensemble.size()).isEqualTo(15);
    assertThat(ensemble.replicas()).containsExactly(new int[] {0, 5}, new int[] {5, 15});
    double[][] phi2 = ensemble.measured(List.of("m", "phi2"));
    try (EnsembleReader reader = ensemble.read()) {
      int i = 0;
      for (Configurations some = reader.next(4); some.count() > 0; some = reader.next(4)) {
        float[] fields = some.floats();
        for (int c = 0; c < some.count(); c++, i++) {
          double[] expected = Made.configuration(ensemble.replica(i), ensemble.id(i));
          for (int x = 0; x < Made.VALUES; x++) {
            assertThat((double) fields[c * Made.VALUES + x]).isEqualTo(expected[x]);
          }
          assertThat(ensemble.action(i)).isCloseTo(Made.action(expected), within(1e-12));
          assertThat(phi2[0][i])
              .isCloseTo(Arrays.stream(expected).average().orElseThrow(), within(1e-7));
          assertThat(phi2[1][i]).isCloseTo(Made.action(expected) / 8, within(1e-6));
        }
      }
      assertThat(i).isEqualTo(15);
    }
    assertThat(ensemble.id(0)).isEqualTo(10);
    assertThat(ensemble.id(5)).isEqualTo(20);
    assertThat(ensemble.id(14)).isEqualTo(56);
  }

  @Test
  void filesAreAsDocumented() throws IOException {
    push(store(), Made.spec("e"), Made.batch(3, 7, 2));
    Path directory = data.resolve("ensembles/e");
    byte[] fields = Files.readAllBytes(directory.resolve("fields.bin"));
    ByteBuffer values = ByteBuffer.wrap(fields).order(ByteOrder.LITTLE_ENDIAN);
    assertThat((double) values.getFloat(FIELDS)).isEqualTo(Made.configuration(3, 8)[0]);
    ByteBuffer index =
        ByteBuffer.wrap(Files.readAllBytes(directory.resolve("index.bin")))
            .order(ByteOrder.LITTLE_ENDIAN);
    assertThat(index.capacity()).isEqualTo(80);
    assertThat(index.getLong(40)).isEqualTo(8);
    assertThat(index.getInt(48)).isEqualTo(3);
    assertThat(index.getDouble(56)).isCloseTo(Made.action(Made.configuration(3, 8)), within(1e-12));
    assertThat(Files.readString(directory.resolve("ensemble.json")))
        .contains("\"theory\" : \"gauss\"", "\"extents\" : [ 4, 4 ]", "\"dtype\" : \"float32\"");
  }

  @Test
  void theSameAgainIsADuplicateAndOtherBytesAreRefused() {
    push(store(), Made.spec("e"), Made.batch(0, 0, 10));
    // Ids 5 to 14: five are there, five new.
    Push.Summary again = push(store(), Made.spec("e"), Made.batch(0, 5, 10));
    assertThat(again.duplicates()).isEqualTo(5);
    assertThat(again.stored()).isEqualTo(5);
    assertThat(again.ensemble().size()).isEqualTo(15);

    Batch others = Made.batch(9, 3, 2);
    Batch disguised =
        Made.batch(0, new long[] {3, 100}, others.action(), new double[0], others.fields());
    Push.Summary refused = push(store(), Made.spec("e"), disguised);
    assertThat(refused.refused()).isEqualTo(1);
    assertThat(refused.stored()).isEqualTo(1);
    assertThat(refused.refusals().get(0).id()).isEqualTo(3);
    assertThat(refused.refusals().get(0).reason())
        .startsWith("configuration_ids: 3 of replica 0 (expected: an id that is free");
  }

  @Test
  void refusesSingleConfigurationsWithAReason() {
    Batch good = Made.batch(0, 0, 4);
    ByteBuffer fields = good.fields().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    fields.putFloat(FIELDS + 12, Float.NaN);
    double[] action = good.action().clone();
    action[2] *= 1 + 2e-5;
    action[3] *= 1 + 5e-6;
    Push.Summary summary =
        push(store(), Made.spec("e"), Made.batch(0, good.ids(), action, new double[0], fields));
    assertThat(summary.received()).isEqualTo(4);
    assertThat(summary.stored()).isEqualTo(2);
    assertThat(summary.refusals()).extracting(Push.Refused::id).containsExactly(1L, 2L);
    assertThat(summary.refusals().get(0).reason())
        .isEqualTo(
            "fields: NaN at value 3 of the configuration (expected: finite numbers, of binary32's range)");
    assertThat(summary.refusals().get(1).reason()).startsWith("action: ").contains("target");
    assertThat(summary.worstActionDeviation()).isBetween(1.9e-5, 2.1e-5);
  }

  @Test
  void refusesWholeBatchesThatAreBroken() {
    Batch good = Made.batch(0, 0, 2);
    assertBad(
        "batch.crc32c",
        new Batch(
            0,
            good.ids(),
            good.shape(),
            good.action(),
            good.logWeight(),
            good.crc32c() + 1,
            good.fields()));
    assertBad(
        "batch.shape",
        new Batch(
            0,
            good.ids(),
            List.of(2, 1, 4, 5),
            good.action(),
            good.logWeight(),
            good.crc32c(),
            good.fields()));
    assertBad(
        "batch.fields",
        new Batch(
            0,
            good.ids(),
            good.shape(),
            good.action(),
            good.logWeight(),
            good.crc32c(),
            ByteBuffer.allocate(8)));
    assertBad(
        "batch.configuration_ids",
        new Batch(
            0,
            new long[] {4, 4},
            good.shape(),
            good.action(),
            good.logWeight(),
            good.crc32c(),
            good.fields()));
    assertBad(
        "batch.action",
        new Batch(
            0,
            good.ids(),
            good.shape(),
            new double[1],
            good.logWeight(),
            good.crc32c(),
            good.fields()));
    assertBad(
        "batch.log_weight",
        new Batch(
            0,
            good.ids(),
            good.shape(),
            good.action(),
            new double[2],
            good.crc32c(),
            good.fields()));
  }

  private void assertBad(String field, Batch batch) {
    try (Push push = store().push(Made.spec("bad"), List.of())) {
      assertThatThrownBy(() -> push.take(batch))
          .isInstanceOfSatisfying(
              ServiceException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.BAD_FIELD);
                assertThat(e.field()).isEqualTo(field);
                assertThat(e.sentence()).startsWith(field + ": ").contains("(expected: ");
              });
      assertThat(push.finish().ensemble().size()).isZero();
    }
  }

  @Test
  void anEnsembleStaysWhatItIs() {
    push(store(), Made.spec("e"), Made.batch(0, 0, 2));
    assertDiffers("dtype", Made.spec("e", Precision.FLOAT64, Exactness.METROPOLIS));
    assertDiffers("exactness", Made.spec("e", Precision.FLOAT32, Exactness.RAW));
    assertDiffers(
        "target",
        new EnsembleSpec(
            "e",
            new Target("gauss", List.of(4, 4), Map.of("g", 0.1)),
            Precision.FLOAT32,
            Exactness.METROPOLIS,
            "",
            Map.of()));
  }

  private void assertDiffers(String field, EnsembleSpec spec) {
    assertThatThrownBy(() -> store().push(spec, List.of()))
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.ENSEMBLE_DIFFERS);
              assertThat(e.field()).isEqualTo(field);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../up", ".hidden", "a/b", "name with blanks", "\u00e4"})
  void refusesNames(String name) {
    assertThatThrownBy(() -> Made.spec(name))
        .isInstanceOf(ServiceException.class)
        .hasMessageStartingWith("ensemble: ");
    assertThatThrownBy(() -> store().find(name)).isInstanceOf(ServiceException.class);
  }

  @Test
  void oneProgramWritesAtATime() {
    try (Push first = store().push(Made.spec("e"), List.of())) {
      assertThatThrownBy(() -> store().push(Made.spec("e"), List.of()))
          .isInstanceOfSatisfying(
              ServiceException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.ENSEMBLE_IN_USE));
      first.take(Made.batch(0, 0, 3));
      assertThat(first.finish().stored()).isEqualTo(3);
    }
    EnsembleStore store = store();
    // Within one store pushes share the writer.
    try (Push one = store.push(Made.spec("e"), List.of());
        Push two = store.push(Made.spec("e"), List.of())) {
      one.take(Made.batch(1, 0, 3));
      two.take(Made.batch(2, 0, 3));
      two.take(Made.batch(1, 1, 3));
      assertThat(one.finish().stored()).isEqualTo(3);
      assertThat(two.finish().duplicates()).isEqualTo(2);
    }
    assertThat(store().find("e").size()).isEqualTo(10);
  }

  @Test
  void stopsAtTheQuota() {
    EnsembleStore small = new EnsembleStore(data, GaussTheory.CATALOG, 1000);
    try (Push push = small.push(Made.spec("e"), List.of())) {
      push.take(Made.batch(0, 0, 5));
      assertThatThrownBy(() -> push.take(Made.batch(0, 5, 5)))
          .isInstanceOfSatisfying(
              ServiceException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
                assertThat(e.sentence()).contains("data.ensembleBytes");
              });
      assertThat(push.finish().ensemble().size()).isEqualTo(5);
    }
  }

  /** A crash may leave any part of what was not yet committed. */
  @Test
  void everyTornTailIsCut() throws IOException {
    push(store(), Made.spec("e"), Made.batch(0, 0, 5));
    Path whole = data.resolve("ensembles/e");
    Path before = data.resolve("before");
    copy(whole, before);
    push(store(), Made.spec("e"), Made.batch(0, 5, 3));
    Path after = data.resolve("after");
    copy(whole, after);
    long[] index = {5 * RECORD, 5 * RECORD + 1, 6 * RECORD, 7 * RECORD + 39, 8 * RECORD};
    long[] fields = {5 * FIELDS, 5 * FIELDS + 3, 7 * FIELDS, 8 * FIELDS};
    long[] measured = {0, 5 * 16, 7 * 16 + 8, 8 * 16};
    for (long i : index) {
      for (long f : fields) {
        for (long m : measured) {
          copy(after, whole);
          truncate(whole.resolve("index.bin"), i);
          truncate(whole.resolve("fields.bin"), f);
          truncate(whole.resolve("measured.bin"), m);
          int expected = (int) Math.min(i / RECORD, f / FIELDS);
          assertThat(store().find("e").size()).isEqualTo(expected);
          // Sent again, all is there once.
          Push.Summary summary =
              push(store(), Made.spec("e"), Made.batch(0, 0, 5), Made.batch(0, 5, 3));
          assertThat(summary.duplicates()).isEqualTo(expected);
          assertThat(summary.ensemble().size()).isEqualTo(8);
          assertWhole(8);
        }
      }
    }
  }

  @Test
  void aDamagedRecordCostsOneConfiguration() throws IOException {
    push(store(), Made.spec("e"), Made.batch(0, 0, 5));
    flip(data.resolve("ensembles/e/index.bin"), RECORD * 2 + 5);
    assertThat(store().find("e").size()).isEqualTo(4);
    Push.Summary summary = push(store(), Made.spec("e"), Made.batch(0, 0, 6));
    assertThat(summary.duplicates()).isEqualTo(4);
    assertThat(summary.stored()).isEqualTo(2);
    assertWhole(6);
  }

  @Test
  void damagedFieldsAreNoticedOnReading() throws IOException {
    push(store(), Made.spec("e"), Made.batch(0, 0, 5));
    flip(data.resolve("ensembles/e/fields.bin"), FIELDS + 9);
    try (EnsembleReader reader = store().find("e").read()) {
      assertThatThrownBy(() -> reader.next(5))
          .isInstanceOf(EnsembleFileException.class)
          .hasMessageContaining("configuration 1 of replica 0 is damaged");
    }
  }

  /** A torn tail whose records reached the disk, but not its fields. */
  @Test
  void recordsWithoutTheirFieldsAreCut() throws IOException {
    push(store(), Made.spec("e"), Made.batch(0, 0, 5));
    flip(data.resolve("ensembles/e/fields.bin"), FIELDS * 4 + 9);
    assertThat(push(store(), Made.spec("e"), Made.batch(0, 4, 1)).stored()).isEqualTo(1);
    assertWhole(5);
  }

  private void assertWhole(int size) {
    Ensemble ensemble = store().find("e");
    assertThat(ensemble.size()).isEqualTo(size);
    double[] m = ensemble.measured(List.of("m"))[0];
    try (EnsembleReader reader = ensemble.read()) {
      float[] fields = reader.next(size).floats();
      for (int i = 0; i < size; i++) {
        double[] expected = Made.configuration(ensemble.replica(i), ensemble.id(i));
        assertThat((double) fields[i * Made.VALUES + 15]).isEqualTo(expected[15]);
        assertThat(m[i]).isCloseTo(Arrays.stream(expected).average().orElseThrow(), within(1e-7));
      }
    }
  }

  private static void truncate(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  private static void flip(Path file, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 1;
    Files.write(file, bytes);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
