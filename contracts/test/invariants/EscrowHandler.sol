// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AIModelTraining} from "../../src/AIModelTraining.sol";
import {IAIModelTraining} from "../../src/IAIModelTraining.sol";
import {vm} from "../Vm.sol";
import {
    ContractWallet,
    GasBurningWallet,
    ReenteringWallet,
    ReturnBombWallet,
    RevertingWallet
} from "../receivers/Receivers.sol";

/// @notice Plays random histories of many jobs with honest and hostile wallets, and keeps books of its own.
/// Each function is one move by one party. After each, everybody's wealth (balance and what is owed) must have
/// changed by exactly what the rules say; the rules are written out here a second time, from the specification.
contract EscrowHandler {
    uint256 private constant MAX_OPEN_JOBS = 6;
    uint16 private constant FEE_BPS = 700;
    string private constant CID = "bafkreicid";

    AIModelTraining public immutable escrow;
    RevertingWallet public immutable feeReceiver = new RevertingWallet();
    ReenteringWallet public immutable reentering = new ReenteringWallet();
    /// Names of aggregators, delegates and callers that must never hold a coin.
    address public immutable aggregator = address(0xA66);
    address public immutable delegate = address(0xDE1);
    address public immutable stranger = address(0x574);

    struct BookedJob {
        bool open;
        address requester;
        IAIModelTraining.Terms terms;
        uint256 stakeWei;
        /// Bonds held for accepted slots, and bonds forfeited.
        uint256 bondsWei;
        uint256 forfeitedWei;
        IAIModelTraining.JobStatus status;
        address[] acceptors;
    }

    struct BookedSlot {
        IAIModelTraining.SlotStatus status;
        /// The deadline; once submitted, when that was.
        uint256 timestamp;
    }

    mapping(uint256 jobId => BookedJob) private _books;
    mapping(uint256 jobId => mapping(address => BookedSlot)) private _slotBooks;
    uint256[] private _open;
    address[] public wallets;
    /// Balance and what is owed, by wallet, as the rules have it.
    uint256[] private _wealthBooks;

    /// What the books say the contract holds for open jobs.
    uint256 public heldWei;
    uint256 public moves;
    uint256 public idleMoves;

    error WealthDiffers(address wallet, uint256 actual, uint256 expected);
    error MoveFailed(string move, bytes reason);
    error BrokenRule(string rule);

    constructor() {
        escrow = new AIModelTraining(FEE_BPS, address(feeReceiver));
        for (uint160 i = 1; i <= 4; ++i) {
            wallets.push(address(0xE0A000 + i));
        }
        wallets.push(address(new ContractWallet()));
        wallets.push(address(new RevertingWallet()));
        wallets.push(address(new GasBurningWallet()));
        wallets.push(address(new ReturnBombWallet()));
        wallets.push(address(reentering));
        wallets.push(address(feeReceiver));
        reentering.setAccepts(true);
        for (uint256 i = 0; i < wallets.length; ++i) {
            vm.deal(wallets[i], 1e30);
            _wealthBooks.push(1e30);
        }
    }

    function walletCount() external view returns (uint256) {
        return wallets.length;
    }

    function openJobs() external view returns (uint256[] memory) {
        return _open;
    }

    // ── Moves ───────────────────────────────────────────────────────────────────────────────────────────────

    function createJob(uint256 seed) public {
        if (_open.length >= MAX_OPEN_JOBS) return acceptJob(seed);
        address requester = _wallet(seed);
        uint8 most = uint8(_pick(seed, "most", 1, 6));
        IAIModelTraining.Terms memory terms = IAIModelTraining.Terms({
            kind: uint8(seed % 2),
            minContributors: uint8(_pick(seed, "least", 1, most)),
            maxContributors: most,
            acceptBy: uint40(block.timestamp + _pick(seed, "acceptBy", 1 hours, 3 days)),
            trainingPeriod: uint32(_pick(seed, "training", 1 hours, 1 days)),
            reviewPeriod: uint32(_pick(seed, "review", 1 minutes, 1 days)),
            bondWei: uint96(seed % 3 == 0 ? 0 : _pick(seed, "bond", 1, 1e18)),
            aggregator: aggregator,
            specCid: CID
        });
        uint256 stakeWei = _pick(seed, "stake", 7, seed % 5 == 0 ? 100 : 1e20);
        int256[] memory deltas = new int256[](wallets.length);
        deltas[_indexOf(requester)] -= int256(stakeWei);

        uint256 jobId = abi.decode(
            _play("createJob", requester, stakeWei, abi.encodeCall(escrow.createJob, (terms)), deltas),
            (uint256)
        );

        BookedJob storage job = _books[jobId];
        job.open = true;
        job.status = IAIModelTraining.JobStatus.Open;
        job.requester = requester;
        job.terms = terms;
        job.stakeWei = stakeWei;
        _open.push(jobId);
        heldWei += stakeWei;
        _checkJob(jobId);
    }

    function acceptJob(uint256 seed) public {
        (uint256 jobId, address contributor) = _findNewcomer(seed);
        if (jobId == 0) return _idle();
        BookedJob storage job = _books[jobId];
        int256[] memory deltas = new int256[](wallets.length);
        deltas[_indexOf(contributor)] -= int256(uint256(job.terms.bondWei));

        bytes memory data = abi.encodeCall(escrow.acceptJob, (jobId, delegate));
        _play("acceptJob", contributor, job.terms.bondWei, data, deltas);

        job.acceptors.push(contributor);
        job.bondsWei += job.terms.bondWei;
        heldWei += job.terms.bondWei;
        _slotBooks[jobId][contributor] =
            BookedSlot(IAIModelTraining.SlotStatus.Accepted, block.timestamp + job.terms.trainingPeriod);
        _checkJob(jobId);
        // A wallet takes one slot of a job, ever.
        _mustFail(contributor, job.terms.bondWei, data);
    }

    function submitAdapter(uint256 seed) public {
        (uint256 jobId, address contributor) = _find(seed, _canSubmit);
        if (jobId == 0) return acceptJob(seed);
        BookedJob storage job = _books[jobId];
        int256[] memory deltas = new int256[](wallets.length);
        deltas[_indexOf(contributor)] += int256(uint256(job.terms.bondWei));
        bytes memory data = abi.encodeCall(escrow.submitAdapter, (jobId, contributor, CID));

        _arm(data);
        _play("submitAdapter", seed % 2 == 0 ? contributor : delegate, 0, data, deltas);

        job.bondsWei -= job.terms.bondWei;
        heldWei -= job.terms.bondWei;
        _slotBooks[jobId][contributor] = BookedSlot(IAIModelTraining.SlotStatus.Submitted, block.timestamp);
        _checkJob(jobId);
        _mustFail(contributor, 0, data);
    }

    function setDelegate(uint256 seed) public {
        (uint256 jobId, address contributor) = _find(seed, _canSubmit);
        if (jobId == 0) return createJob(seed);
        bytes memory data = abi.encodeCall(escrow.setDelegate, (jobId, delegate));
        _play("setDelegate", contributor, 0, data, new int256[](wallets.length));
        _checkJob(jobId);
    }

    function rejectAdapter(uint256 seed) public {
        (uint256 jobId, address contributor) = _find(seed, _isSubmitted);
        // Most deliveries are good.
        if (jobId == 0 || seed % 4 != 0) return submitAdapter(seed);
        bytes memory data = abi.encodeCall(escrow.rejectAdapter, (jobId, contributor, CID));
        _play("rejectAdapter", aggregator, 0, data, new int256[](wallets.length));
        _slotBooks[jobId][contributor].status = IAIModelTraining.SlotStatus.Rejected;
        _checkJob(jobId);
        _mustFail(aggregator, 0, data);
    }

    function releaseSlot(uint256 seed) public {
        (uint256 jobId, address contributor) = _find(seed, _isOverdue);
        if (jobId == 0) return travel(seed);
        BookedJob storage job = _books[jobId];
        bytes memory data = abi.encodeCall(escrow.releaseSlot, (jobId, contributor));
        _play("releaseSlot", stranger, 0, data, new int256[](wallets.length));
        job.bondsWei -= job.terms.bondWei;
        job.forfeitedWei += job.terms.bondWei;
        _slotBooks[jobId][contributor].status = IAIModelTraining.SlotStatus.Released;
        _checkJob(jobId);
        _mustFail(stranger, 0, data);
    }

    function completeJob(uint256 seed) public {
        uint256 jobId = _findJob(seed, IAIModelTraining.JobStatus.Completed);
        if (jobId == 0) return submitAdapter(seed);
        bytes memory data = abi.encodeCall(escrow.completeJob, (jobId, CID, taken(jobId)));
        _mustFail(stranger, 0, data);
        _close("completeJob", jobId, aggregator, IAIModelTraining.JobStatus.Completed, data);
    }

    function settleJob(uint256 seed) public {
        uint256 jobId = _findJob(seed, IAIModelTraining.JobStatus.Settled);
        if (jobId == 0) return submitAdapter(seed);
        bytes memory data = abi.encodeCall(escrow.settleJob, (jobId, taken(jobId)));
        _close("settleJob", jobId, stranger, IAIModelTraining.JobStatus.Settled, data);
    }

    function expireJob(uint256 seed) public {
        uint256 jobId = _findJob(seed, IAIModelTraining.JobStatus.Expired);
        if (jobId == 0) return acceptJob(seed);
        bytes memory data = abi.encodeCall(escrow.expireJob, (jobId, taken(jobId)));
        (uint256 submitted,) = _tally(jobId);
        bool anybody = submitted == 0 || block.timestamp >= _reviewEnds(jobId);
        address caller = anybody ? stranger : aggregator;
        _close("expireJob", jobId, caller, IAIModelTraining.JobStatus.Expired, data);
    }

    function cancelJob(uint256 seed) public {
        uint256 jobId = _findJob(seed, IAIModelTraining.JobStatus.Cancelled);
        if (jobId == 0 || seed % 4 != 0) return createJob(seed);
        bytes memory data = abi.encodeCall(escrow.cancelJob, (jobId));
        _mustFail(aggregator, 0, data);
        _close("cancelJob", jobId, _books[jobId].requester, IAIModelTraining.JobStatus.Cancelled, data);
    }

    function withdraw(uint256 seed) public {
        for (uint256 i = 0; i < wallets.length; ++i) {
            address wallet = _wallet(seed % 1e9 + i);
            if (escrow.withdrawableWei(wallet) == 0 || !_canReceive(wallet)) continue;
            bytes memory data = abi.encodeCall(escrow.withdraw, ());
            _play("withdraw", wallet, 0, data, new int256[](wallets.length));
            _mustFail(wallet, 0, data);
            return;
        }
        acceptJob(seed);
    }

    /// The fee receiver and another wallet change their minds about receiving.
    function changeMind(uint256 seed) public {
        feeReceiver.setAccepts(seed % 2 == 0);
        RevertingWallet(payable(wallets[5])).setAccepts(seed % 3 == 0);
        submitAdapter(seed);
    }

    function travel(uint256 seed) public {
        vm.warp(block.timestamp + _pick(seed, "travel", 1, 8 hours));
        _count();
    }

    // ── Ends ────────────────────────────────────────────────────────────────────────────────────────────────

    /// Ends a job and checks every wallet's part of it against the specification.
    function _close(
        string memory move,
        uint256 jobId,
        address caller,
        IAIModelTraining.JobStatus status,
        bytes memory data
    ) private {
        BookedJob storage job = _books[jobId];
        _arm(data);
        _play(move, caller, 0, data, _closingDeltas(jobId, status));

        heldWei -= job.stakeWei + job.bondsWei + job.forfeitedWei;
        (job.open, job.status) = (false, status);
        for (uint256 i = 0; i < _open.length; ++i) {
            if (_open[i] != jobId) continue;
            _open[i] = _open[_open.length - 1];
            _open.pop();
            break;
        }
        _checkJob(jobId);
        _mustFail(caller, 0, data);
    }

    /// What the specification gives each wallet when a job ends.
    function _closingDeltas(uint256 jobId, IAIModelTraining.JobStatus status)
        private
        view
        returns (int256[] memory deltas)
    {
        BookedJob storage job = _books[jobId];
        (uint256 paid, uint256 overdue) = _tally(jobId);
        uint256 poolWei = job.forfeitedWei + overdue * job.terms.bondWei;
        uint256 feeWei = job.stakeWei * FEE_BPS / 10_000;
        uint256 shareWei = (job.stakeWei - feeWei) / job.terms.maxContributors;
        uint256 bonusWei = paid == 0 ? 0 : poolWei / paid;
        if (status >= IAIModelTraining.JobStatus.Expired) feeWei = 0;

        deltas = new int256[](wallets.length);
        deltas[_indexOf(job.requester)] += int256(job.stakeWei - feeWei - shareWei * paid);
        deltas[_indexOf(address(feeReceiver))] += int256(feeWei + poolWei - bonusWei * paid);
        for (uint256 i = 0; i < job.acceptors.length; ++i) {
            address acceptor = job.acceptors[i];
            if (!_isSubmitted(jobId, acceptor)) continue;
            deltas[_indexOf(acceptor)] += int256(shareWei + bonusWei);
        }
    }

    /// Brings every open job to an end by a stranger alone, long after everybody else stopped acting.
    function endEverythingAlone() external {
        vm.warp(block.timestamp + 200 days);
        while (_open.length != 0) {
            uint256 jobId = _open[0];
            (uint256 paid,) = _tally(jobId);
            if (paid >= _books[jobId].terms.minContributors) {
                bytes memory settle = abi.encodeCall(escrow.settleJob, (jobId, taken(jobId)));
                _close("settleJob", jobId, stranger, IAIModelTraining.JobStatus.Settled, settle);
            } else {
                bytes memory expire = abi.encodeCall(escrow.expireJob, (jobId, taken(jobId)));
                _close("expireJob", jobId, stranger, IAIModelTraining.JobStatus.Expired, expire);
            }
        }
    }

    // ── Books ───────────────────────────────────────────────────────────────────────────────────────────────

    /// Plays a move that must succeed and leave every wallet with the wealth that the books have after it.
    function _play(
        string memory move,
        address caller,
        uint256 valueWei,
        bytes memory data,
        int256[] memory deltas
    ) private returns (bytes memory) {
        vm.prank(caller);
        (bool done, bytes memory result) = address(escrow).call{value: valueWei}(data);
        if (!done) revert MoveFailed(move, result);
        for (uint256 i = 0; i < wallets.length; ++i) {
            if (deltas[i] != 0) _wealthBooks[i] = uint256(int256(_wealthBooks[i]) + deltas[i]);
            uint256 actual = wallets[i].balance + escrow.withdrawableWei(wallets[i]);
            if (actual != _wealthBooks[i]) revert WealthDiffers(wallets[i], actual, _wealthBooks[i]);
        }
        _count();
        return result;
    }

    function _mustFail(address caller, uint256 valueWei, bytes memory data) private {
        vm.prank(caller);
        (bool done,) = address(escrow).call{value: valueWei}(data);
        if (done) revert BrokenRule("a move that the rules forbid succeeded");
    }

    /// Terms never change, slots are what the books say, and the job's and its slots' statuses too.
    function _checkJob(uint256 jobId) private view {
        IAIModelTraining.Job memory job = escrow.getJob(jobId);
        BookedJob storage booked = _books[jobId];
        IAIModelTraining.Terms storage terms = booked.terms;
        bool same = job.requester == booked.requester && job.aggregator == terms.aggregator
            && job.stakeWei == booked.stakeWei && job.bondWei == terms.bondWei
            && job.minContributors == terms.minContributors && job.maxContributors == terms.maxContributors
            && job.acceptBy == terms.acceptBy && job.trainingPeriod == terms.trainingPeriod
            && job.reviewPeriod == terms.reviewPeriod && job.specDigest == bytes16(keccak256(bytes(CID)));
        if (!same) revert BrokenRule("terms never change");
        if (job.status != booked.status) revert BrokenRule("a job's status moves only as booked");
        uint32 slots = 0;
        for (uint256 i = 0; i < booked.acceptors.length; ++i) {
            IAIModelTraining.Slot memory slot = escrow.getSlot(jobId, booked.acceptors[i]);
            BookedSlot storage bookedSlot = _slotBooks[jobId][booked.acceptors[i]];
            if (slot.status != bookedSlot.status || slot.timestamp != bookedSlot.timestamp) {
                revert BrokenRule("a slot's status and times move only as booked");
            }
            if (!_isLive(slot.status)) continue;
            if (slots & (uint32(1) << slot.index) != 0) revert BrokenRule("a slot has one wallet");
            slots |= uint32(1) << slot.index;
        }
        if (slots != job.takenSlots) revert BrokenRule("taken slots are the live ones");
        if (escrow.getSlot(jobId, booked.requester).status != IAIModelTraining.SlotStatus.None) {
            revert BrokenRule("the requester holds no slot");
        }
    }

    /// Wallets of the taken slots, as the ends of a job want them listed.
    function taken(uint256 jobId) public view returns (address[] memory contributors) {
        address[] storage acceptors = _books[jobId].acceptors;
        uint256 count;
        contributors = new address[](acceptors.length);
        for (uint256 i = 0; i < acceptors.length; ++i) {
            if (_isLive(_slotBooks[jobId][acceptors[i]].status)) contributors[count++] = acceptors[i];
        }
        assembly ("memory-safe") {
            mstore(contributors, count)
        }
    }

    /// What the contract's own storage says it holds for open jobs.
    function recountHeldWei() external view returns (uint256 total) {
        for (uint256 i = 0; i < _open.length; ++i) {
            IAIModelTraining.Job memory job = escrow.getJob(_open[i]);
            total += job.stakeWei + job.forfeitedWei;
            address[] storage acceptors = _books[_open[i]].acceptors;
            for (uint256 j = 0; j < acceptors.length; ++j) {
                if (escrow.getSlot(_open[i], acceptors[j]).bonded) total += job.bondWei;
            }
        }
    }

    function _tally(uint256 jobId) private view returns (uint256 submitted, uint256 accepted) {
        address[] storage acceptors = _books[jobId].acceptors;
        for (uint256 i = 0; i < acceptors.length; ++i) {
            IAIModelTraining.SlotStatus status = _slotBooks[jobId][acceptors[i]].status;
            if (status == IAIModelTraining.SlotStatus.Submitted) ++submitted;
            if (status == IAIModelTraining.SlotStatus.Accepted) ++accepted;
        }
    }

    function _isLive(IAIModelTraining.SlotStatus status) private pure returns (bool) {
        return
            status == IAIModelTraining.SlotStatus.Accepted || status == IAIModelTraining.SlotStatus.Submitted;
    }

    function _canReceive(address wallet) private view returns (bool) {
        if (wallet == address(feeReceiver) || wallet == wallets[5]) {
            return RevertingWallet(payable(wallet)).accepts();
        }
        return wallet != wallets[6] && wallet != wallets[7];
    }

    /// The re-entering wallet will repeat the move in the middle of it.
    function _arm(bytes memory data) private {
        reentering.arm(address(escrow), data);
    }

    function _count() private {
        ++moves;
    }

    function _idle() private {
        ++moves;
        ++idleMoves;
    }

    // ── Choice ──────────────────────────────────────────────────────────────────────────────────────────────

    /// A wallet that accepted some open job, and fits.
    function _find(uint256 seed, function(uint256, address) view returns (bool) fits)
        private
        view
        returns (uint256, address)
    {
        for (uint256 i = 0; i < _open.length; ++i) {
            uint256 jobId = _open[(seed % 1e9 + i) % _open.length];
            address[] storage acceptors = _books[jobId].acceptors;
            for (uint256 j = 0; j < acceptors.length; ++j) {
                address wallet = acceptors[(seed / 1e9 + j) % acceptors.length];
                if (fits(jobId, wallet)) return (jobId, wallet);
            }
        }
        return (0, address(0));
    }

    /// A wallet that may accept some open job.
    function _findNewcomer(uint256 seed) private view returns (uint256, address) {
        for (uint256 i = 0; i < _open.length; ++i) {
            uint256 jobId = _open[(seed % 1e9 + i) % _open.length];
            BookedJob storage job = _books[jobId];
            bool full = taken(jobId).length == job.terms.maxContributors;
            if (full || block.timestamp >= job.terms.acceptBy) continue;
            for (uint256 j = 0; j < wallets.length; ++j) {
                address wallet = _wallet(seed / 1e9 + j);
                bool isNew = _slotBooks[jobId][wallet].status == IAIModelTraining.SlotStatus.None;
                if (isNew && wallet != job.requester) return (jobId, wallet);
            }
        }
        return (0, address(0));
    }

    function _canSubmit(uint256 jobId, address wallet) private view returns (bool) {
        BookedSlot storage slot = _slotBooks[jobId][wallet];
        return slot.status == IAIModelTraining.SlotStatus.Accepted && block.timestamp < slot.timestamp;
    }

    function _isOverdue(uint256 jobId, address wallet) private view returns (bool) {
        BookedSlot storage slot = _slotBooks[jobId][wallet];
        return slot.status == IAIModelTraining.SlotStatus.Accepted && block.timestamp >= slot.timestamp;
    }

    function _isSubmitted(uint256 jobId, address wallet) private view returns (bool) {
        return _slotBooks[jobId][wallet].status == IAIModelTraining.SlotStatus.Submitted;
    }

    /// An open job that this end is allowed for.
    function _findJob(uint256 seed, IAIModelTraining.JobStatus end) private view returns (uint256) {
        for (uint256 i = 0; i < _open.length; ++i) {
            uint256 jobId = _open[(seed % 1e9 + i) % _open.length];
            if (_mayEnd(jobId, end)) return jobId;
        }
        return 0;
    }

    function _mayEnd(uint256 jobId, IAIModelTraining.JobStatus end) private view returns (bool) {
        BookedJob storage job = _books[jobId];
        address[] memory contributors = taken(jobId);
        if (end == IAIModelTraining.JobStatus.Cancelled) return contributors.length == 0;
        for (uint256 i = 0; i < contributors.length; ++i) {
            if (_canSubmit(jobId, contributors[i])) return false;
        }
        (uint256 submitted,) = _tally(jobId);
        bool enough = submitted >= job.terms.minContributors;
        if (end == IAIModelTraining.JobStatus.Completed) return enough;
        if (end == IAIModelTraining.JobStatus.Expired) {
            return !enough && block.timestamp >= job.terms.acceptBy;
        }
        return enough && block.timestamp >= _reviewEnds(jobId);
    }

    /// From when on anybody may end a job in which nobody can still submit.
    function _reviewEnds(uint256 jobId) private view returns (uint256) {
        BookedJob storage job = _books[jobId];
        address[] memory contributors = taken(jobId);
        uint256 from;
        for (uint256 i = 0; i < contributors.length; ++i) {
            uint256 time = _slotBooks[jobId][contributors[i]].timestamp;
            if (time > from) from = time;
        }
        (uint256 submitted,) = _tally(jobId);
        if (submitted < job.terms.maxContributors && job.terms.acceptBy > from) from = job.terms.acceptBy;
        return from + job.terms.reviewPeriod;
    }

    function _wallet(uint256 seed) private view returns (address) {
        return wallets[seed % wallets.length];
    }

    function _indexOf(address wallet) private view returns (uint256 index) {
        while (wallets[index] != wallet) ++index;
    }

    function _pick(uint256 seed, string memory what, uint256 low, uint256 high)
        private
        pure
        returns (uint256)
    {
        return low + uint256(keccak256(abi.encode(seed, what))) % (high - low + 1);
    }
}
