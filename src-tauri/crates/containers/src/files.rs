//! What an engine says about the files of a container, without any program inside it taking part.

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link with its target: as written, or as the engine resolved it inside the container. Links that the
    /// engine cannot resolve have an empty target.
    Link(String),
    /// A device, pipe or socket.
    Other,
}

/// What stands at a path, links of its last part not followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathStat {
    /// What it is.
    pub kind: PathKind,
    /// Bytes of a file; of anything else it says nothing.
    pub size: u64,
    /// Permission bits.
    pub mode: u32,
}

/// One thing below a surveyed folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Path relative to the surveyed folder, forward slashes, no `..`.
    pub path: String,
    /// What it is.
    pub kind: PathKind,
    /// Bytes of a file, 0 for everything else.
    pub size: u64,
}

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePart {
    /// Exact bytes.
    pub content: Vec<u8>,
    /// Bytes of the whole file.
    pub total: u64,
}

/// How much of a folder is surveyed.
#[derive(Debug, Clone)]
pub struct Survey {
    /// Levels below the folder: 1 lists only what stands directly in it.
    pub depth: usize,
    /// Names that are left out wherever they stand, with all below them.
    pub leave_out: Vec<String>,
    /// Entries that are kept.
    pub entries: usize,
    /// Bytes that the engine may send for it; contents are read past, never held.
    pub bytes: u64,
}
