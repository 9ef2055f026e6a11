//! Publishes what `aver bench --save` kept: the newest results become the tables of
//! `docs/performance.md`, those on large inputs too, and all others the plot `benches/results/khz.svg`.

use std::error::Error;
use std::fs;
use std::path::Path;

use aver_bench::{Results, Size};
use plotters::prelude::*;

/// What the tables stand between, for each size of inputs that is published.
const MARKERS: [(Size, &str, &str); 2] = [
    (Size::Full, "<!-- benchmarks: written by benches/publish -->\n", "<!-- end of benchmarks -->"),
    (
        Size::Large,
        "<!-- large benchmarks: written by benches/publish -->\n",
        "<!-- end of large benchmarks -->",
    ),
];

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut all = read(&root.join("benches/results"))?;
    let docs = root.join("docs/performance.md");
    let mut text = fs::read_to_string(&docs)?;
    for (size, begin, end) in MARKERS {
        let newest = all.iter().rfind(|results| results.size == size);
        let newest = newest.ok_or("no results: run `aver bench --save` first, with --large and without")?;
        let (before, rest) = text.split_once(begin).ok_or("docs/performance.md lost its marker")?;
        let (_, after) = rest.split_once(end).ok_or("docs/performance.md lost its end marker")?;
        text = format!("{before}{begin}\n{}\n{end}{after}", newest.markdown());
    }
    fs::write(&docs, text)?;
    all.retain(|results| results.size == Size::Full);
    plot(&all, &root.join("benches/results/khz.svg"))
}

/// Results, oldest commit first. Other files of the folder are not like them.
fn read(folder: &Path) -> Result<Vec<Results>, Box<dyn Error>> {
    let mut all: Vec<Results> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            all.extend(serde_json::from_str::<Results>(&fs::read_to_string(path)?).ok());
        }
    }
    all.sort_by_key(|results| results.commit.as_ref().map(|commit| commit.time));
    Ok(all)
}

/// Thousand cycles a second of each program with one thread, commit by commit.
fn plot(all: &[Results], path: &Path) -> Result<(), Box<dyn Error>> {
    let speeds = || all.iter().flat_map(|results| results.programs.iter().map(|p| p.khz_1));
    let most = speeds().fold(0.0, f64::max) * 1.1;
    let area = SVGBackend::new(path, (900, 500)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption("kHz per program, one thread, 128 provable bits", ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(50)
        .build_cartesian_2d(-0.2..all.len() as f64 + 0.8, 0.0..most)?;
    let name = |x: &f64| match all.get(x.round().max(0.0) as usize).and_then(|r| r.commit.as_ref()) {
        Some(commit) if (x - x.round()).abs() < 0.05 && *x > -0.1 => commit.name.clone(),
        _ => String::new(),
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(2 * all.len() + 2)
        .x_label_formatter(&name)
        .y_label_formatter(&|khz| format!("{khz:.0}"))
        .y_desc("kHz")
        .draw()?;
    let programs = all.last().map(|results| &results.programs[..]).unwrap_or_default();
    for (i, program) in programs.iter().enumerate() {
        let color = HSLColor(i as f64 / programs.len() as f64, 0.8, 0.4);
        let of =
            |results: &Results| results.programs.iter().find(|p| p.name == program.name).map(|p| p.khz_1);
        let points: Vec<(f64, f64)> =
            all.iter().enumerate().filter_map(|(x, results)| Some((x as f64, of(results)?))).collect();
        chart.draw_series(points.iter().map(|&at| Circle::new(at, 3, color.filled())))?;
        chart
            .draw_series(LineSeries::new(points, color))?
            .label(&program.name)
            .legend(move |(x, y)| Rectangle::new([(x, y - 4), (x + 10, y + 4)], color.filled()));
    }
    chart.configure_series_labels().position(SeriesLabelPosition::MiddleRight).border_style(BLACK).draw()?;
    Ok(area.present()?)
}
