package org.fieldstream.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.testing.ShippedCopy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a server finds in its data directory. */
class ModelStoreTest {
  private static final String SHIPPED = "phi4-continuous-8x8";

  private final Logger logger = (Logger) LoggerFactory.getLogger(ModelStore.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @TempDir private Path data;

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
  }

  @Test
  void withoutADataDirectoryThereIsWhatShips() {
    List<String> ids =
        ModelStore.load(data.resolve("none")).list().stream().map(Model::id).toList();
    assertThat(ids)
        .contains(
            "cluster", "gaussian", "hmc", "langevin", "mala", SHIPPED, "phi4-continuous-16x16")
        .isSorted();
    assertThat(log.list).isEmpty();
  }

  @Test
  void damagedDirectoriesAreLeftOutAndNamedWithARemedy() throws IOException {
    copy("good", "good");
    Path truncated = copy("truncated", "truncated").resolve("weights.safetensors");
    Files.write(truncated, java.util.Arrays.copyOf(Files.readAllBytes(truncated), 700));
    Path foreign = copy("foreign", "foreign").resolve("model.json");
    Files.writeString(foreign, "{\"format\": \"someone-elses/7\"}");
    Files.delete(copy("half", "half").resolve("weights.safetensors"));
    Files.createDirectories(data.resolve("models/training")); // nothing yet to be read
    ModelStore store = ModelStore.load(data);
    assertThat(store.find("good")).isPresent();
    assertThat(store.find("truncated")).isEmpty();
    assertThat(store.find("foreign")).isEmpty();
    assertThat(store.find("half")).isEmpty();
    assertThat(store.find(SHIPPED)).isPresent();
    assertThat(log.list).hasSize(3).allMatch(event -> event.getLevel() == Level.ERROR);
    assertThat(log.list.stream().map(ILoggingEvent::getFormattedMessage))
        .allMatch(line -> line.startsWith("model left out: " + data.resolve("models")))
        .allMatch(line -> line.endsWith("(remedy: train it again, or remove the directory)"))
        .anyMatch(line -> line.contains("foreign: model.json: format: someone-elses/7 (expected: "))
        .anyMatch(line -> line.contains("half/weights.safetensors (expected: a directory with "))
        .anyMatch(line -> line.contains("truncated: weights.safetensors: "));
  }

  @Test
  void aModelOfTheDataDirectoryWinsOverAShippedOneOfItsId() throws IOException {
    String shipped = ModelStore.bundled().find(SHIPPED).orElseThrow().digest();
    Path json = copy("mine", SHIPPED).resolve("model.json");
    Files.writeString(json, Files.readString(json).replace("6.008", "6.0"));
    Model found = ModelStore.load(data).find(SHIPPED).orElseThrow();
    assertThat(found.digest()).isNotEqualTo(shipped);
    assertThat(found.target()).isNotNull();
    assertThat(found.target().couplings()).containsEntry("lambda", 6.0);
  }

  @Test
  void noTwoDirectoriesMakeModelsOfOneId() throws IOException {
    String diffusion = "phi4-diffusion-16x16";
    ShippedCopy.of(diffusion, "a", data.resolve("models/a"));
    ShippedCopy.of(SHIPPED, "a-maala", data.resolve("models/b"));
    ModelStore store = ModelStore.load(data);
    assertThat(store.find("a-maala"))
        .hasValueSatisfying(m -> assertThat(store.family(m).get(0)).isEqualTo("a"));
    assertThat(log.list.stream().map(ILoggingEvent::getFormattedMessage))
        .containsExactly(
            "model left out: %s: id: a-maala (expected: another id, for %s has a-maala) (remedy: train it again, or remove the directory)"
                .formatted(data.resolve("models/b"), data.resolve("models/a")));
    // The other way round: the directory that is read last makes what the first one is.
    Files.move(data.resolve("models/a"), data.resolve("models/c"));
    log.list.clear();
    assertThat(ModelStore.load(data).find("a")).isEmpty();
    assertThat(log.list.stream().map(ILoggingEvent::getFormattedMessage))
        .hasSize(1)
        .allMatch(line -> line.contains("models/c: id: a, which makes a-maala (expected: another"));
    Path made = data.resolve("made");
    ShippedCopy.of(SHIPPED, "a-langevin", made);
    assertThatThrownBy(() -> store.adopt("a-langevin", made))
        .isInstanceOf(ModelFileException.class)
        .hasMessage("model: a-langevin exists (expected: another id)");
    assertThat(made).exists();
  }

  @Test
  void aModelIsNotAdoptedWhereOneOfItsSamplersWouldTakeAnId() throws IOException {
    ShippedCopy.of(SHIPPED, "a-maala", data.resolve("models/a-maala"));
    ModelStore store = ModelStore.load(data);
    Model before = store.find("a-maala").orElseThrow();
    Path made = data.resolve("made");
    ShippedCopy.of("phi4-diffusion-16x16", "a", made);
    assertThatThrownBy(() -> store.adopt("a", made))
        .isInstanceOf(ModelFileException.class)
        .hasMessage("model: a makes a-maala, which exists (expected: another id)");
    assertThat(made).exists();
    assertThat(store.find("a")).isEmpty();
    assertThat(store.find("a-langevin")).isEmpty();
    assertThat(store.find("a-maala")).containsSame(before);
    store.remove(before);
    assertThat(store.family(store.adopt("a", made))).containsExactly("a", "a-maala", "a-langevin");
    assertThat(log.list).isEmpty();
  }

  /** The shipped model under another id. */
  private Path copy(String directory, String id) throws IOException {
    Path to = data.resolve("models").resolve(directory);
    ShippedCopy.of(SHIPPED, id, to);
    return to;
  }
}
